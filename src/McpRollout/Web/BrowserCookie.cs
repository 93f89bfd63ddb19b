using System.Security.Cryptography;

namespace McpRollout.Web;

/// <summary>
/// Where a browser keeps its <see cref="BrowserProof"/> of a name: a cookie for each, which no script reads, no other site sends, and which
/// decides nothing but who counts a wrong passphrase.
/// </summary>
internal sealed class BrowserCookie(IOptions<ApprovalOptions> options)
{
    private readonly bool _isSecure = options.Value.BaseUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    public string? Read(HttpRequest request, string name) => request.Cookies[NameOf(name)];

    public void Write(HttpResponse response, string name, string proof) => response.Cookies.Append(NameOf(name), proof, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = _isSecure,
        Path = "/",
        MaxAge = BrowserProof.Lifetime,
    });

    // Under __Host- a browser takes it only over https, and for this host alone. The name is hashed: it may hold what a cookie's may not.
    private string NameOf(string name) => string.Concat(
        _isSecure ? "__Host-" : "",
        "known-",
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ApproverName.Read(name)?.Canonical ?? "")))[..16]);
}
