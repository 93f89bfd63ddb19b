namespace McpRollout.Web.Session;

/// <summary>Where a browser keeps its session.</summary>
internal sealed class SessionCookie(PageCookies cookies)
{
    private const string Name = "rollout-session";

    public string? Read(HttpRequest request) => cookies.Read(request, Name);

    public void Write(HttpResponse response, string session, TimeSpan? lifetime = null) =>
        cookies.Write(response, Name, session, lifetime ?? SessionProof.Lifetime);

    public void Forget(HttpResponse response) => cookies.Write(response, Name, "", TimeSpan.Zero);
}
