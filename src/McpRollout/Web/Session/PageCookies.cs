namespace McpRollout.Web.Session;

/// <summary>How the page's cookies are kept: no script reads them and no other site sends them; over https they are for this host
/// alone.</summary>
internal sealed class PageCookies(IOptions<ApprovalOptions> options)
{
    /// <summary>Whether browsers send them over https only.</summary>
    public bool AreSecure { get; } = options.Value.IsHttps;

    public string? Read(HttpRequest request, string name) => request.Cookies[NameOf(name)];

    /// <summary>Has the browser keep it; with no time, has it forgotten.</summary>
    public void Write(HttpResponse response, string name, string value, TimeSpan lifetime) =>
        response.Cookies.Append(NameOf(name), value, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = AreSecure,
            Path = "/",
            MaxAge = lifetime,
        });

    /// <summary>The name that a cookie has. Under __Host- a browser takes it only over https, and for this host alone.</summary>
    public string NameOf(string name) => AreSecure ? $"__Host-{name}" : name;
}
