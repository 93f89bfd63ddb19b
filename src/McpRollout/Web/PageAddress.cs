using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace McpRollout.Web;

/// <summary>Where the page listens, and under which names it may be asked for.</summary>
internal sealed class PageAddress
{
    private readonly IReadOnlyList<Uri> _sites;

    private PageAddress(Uri listen, Uri site, IPAddress? ip)
    {
        Listen = listen;
        Ip = ip;
        _sites = [site, listen];
    }

    public Uri Listen { get; }

    /// <summary>The one address to bind; null for <c>localhost</c>, which is 127.0.0.1 and ::1, as far as the machine has them.</summary>
    public IPAddress? Ip { get; }

    /// <summary>What people are told to open.</summary>
    public string Home => _sites[0].GetLeftPart(UriPartial.Authority);

    /// <summary>Where this machine itself reaches the page.</summary>
    public Uri Loopback => Ip is null || !(Ip.Equals(IPAddress.Any) || Ip.Equals(IPAddress.IPv6Any))
        ? Listen
        : new UriBuilder(Listen) { Host = Ip.Equals(IPAddress.Any) ? "127.0.0.1" : "[::1]" }.Uri;

    /// <summary>The <c>Host</c> to ask with, one that the page accepts.</summary>
    public string HostHeader => _sites[0].Authority;

    /// <summary>Whether a <c>Host</c> header names this page. Any other may be a foreign name that was made to point here (DNS
    /// rebinding).</summary>
    public bool AllowsHost(string host) => _sites.Any(site => Names(site, host));

    /// <summary>Whether an <c>Origin</c> header is this page itself, under the name it was asked by.</summary>
    public bool AllowsOrigin(string host, string origin) => _sites.Any(site =>
        Names(site, host) && string.Equals(site.GetLeftPart(UriPartial.Authority), origin, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the options, or says what is wrong with each.</summary>
    public static bool TryRead(ApprovalOptions options, [NotNullWhen(true)] out PageAddress? address, out IReadOnlyList<string> errors)
    {
        var found = new List<string>();
        IPAddress? ip = null;
        if (!Uri.TryCreate(options.Listen, UriKind.Absolute, out var listen) || listen.Scheme != Uri.UriSchemeHttp || !IsBare(listen))
            found.Add("Approvals:Listen must be like http://localhost:7391 (http, no path); put HTTPS in front with a proxy and "
                + "Approvals:PublicUrl.");
        else if (!string.Equals(listen.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            && !IPAddress.TryParse(listen.DnsSafeHost, out ip))
            found.Add("Approvals:Listen must name localhost or an IP address of this machine.");
        if (!Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var site) || site.Scheme is not ("http" or "https") || !IsBare(site))
            found.Add("Approvals:PublicUrl must be like https://approvals.example.com, with no path.");
        errors = found;
        address = found.Count == 0 ? new PageAddress(listen!, site!, ip) : null;
        return address is not null;
    }

    private static bool IsBare(Uri uri) => uri is { PathAndQuery: "/", UserInfo: "", Fragment: "" };

    private static bool Names(Uri site, string host) =>
        string.Equals(site.Authority, host, StringComparison.OrdinalIgnoreCase) ||
        string.Equals($"{site.Host}:{site.Port}", host, StringComparison.OrdinalIgnoreCase);
}
