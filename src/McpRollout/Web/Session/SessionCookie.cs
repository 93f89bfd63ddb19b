namespace McpRollout.Web.Session;

/// <summary>Where a browser keeps its <see cref="SessionProof"/>. It lets read, and decides nothing.</summary>
internal sealed class SessionCookie(PageCookies cookies)
{
    private const string Name = "rollout-session";

    public string? Read(HttpRequest request) => cookies.Read(request, Name);

    public void Write(HttpResponse response, string session) => cookies.Write(response, Name, session, SessionProof.Lifetime);

    public void Forget(HttpResponse response) => cookies.Write(response, Name, "", TimeSpan.Zero);
}
