namespace McpRollout.Approvals.Passkeys;

/// <summary>
/// The page as the site that passkeys are made for. A browser binds each passkey to the site's domain, and uses it only where the page came
/// over https, or from <c>localhost</c> (WebAuthn Level 2, 5 and 13.4.9).
/// </summary>
/// <param name="Id">The relying party's id: the domain.</param>
/// <param name="Origin">Where the page is, as browsers write it into what they have signed.</param>
internal sealed record PasskeySite(string Id, string Origin)
{
    /// <summary>What the site is called where a device lists its passkeys.</summary>
    public const string Name = "mcp-rollout approvals";

    /// <summary>The site of the page at this address; null where no browser would use a passkey.</summary>
    public static PasskeySite? Of(string baseUrl) =>
        Uri.TryCreate(baseUrl, UriKind.Absolute, out var url) && url.HostNameType == UriHostNameType.Dns
        && (url.Scheme == Uri.UriSchemeHttps || IsLocalhost(url))
            ? new PasskeySite(url.IdnHost, $"{url.Scheme}://{url.IdnHost}{(url.IsDefaultPort ? "" : $":{url.Port}")}")
            : null;

    private static bool IsLocalhost(Uri url) => url.Scheme == Uri.UriSchemeHttp && url.Host == "localhost";
}

/// <summary>Where people reach the page, as far as passkeys care.</summary>
/// <param name="BaseUrl">The page's address.</param>
internal sealed record PasskeyPlace(string BaseUrl)
{
    /// <summary>The site that passkeys are made for; null where no browser would use one.</summary>
    public PasskeySite? Site { get; } = PasskeySite.Of(BaseUrl);

    /// <summary>Why there is no site, and what to set.</summary>
    public string Remedy => $"Browsers use passkeys at a name over https, or at localhost, and the page is at {BaseUrl}: put a TLS proxy "
        + "in front and set Approvals:PublicUrl to its https address, or let Approvals:Listen name localhost.";
}
