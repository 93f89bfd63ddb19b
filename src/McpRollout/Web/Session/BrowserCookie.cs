using System.Security.Cryptography;

namespace McpRollout.Web.Session;

/// <summary>Where a browser keeps its <see cref="BrowserProof"/> of a name: a cookie for each, which decides nothing but who counts a wrong
/// passphrase.</summary>
internal sealed class BrowserCookie(PageCookies cookies)
{
    public string? Read(HttpRequest request, string name) => cookies.Read(request, NameOf(name));

    public void Write(HttpResponse response, string name, string proof) =>
        cookies.Write(response, NameOf(name), proof, BrowserProof.Lifetime);

    // Hashed: a name may hold what a cookie's may not.
    private static string NameOf(string name) => string.Concat(
        "known-",
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ApproverName.Read(name)?.Canonical ?? "")))[..16]);
}
