using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace McpRollout.Telemetry;

/// <summary>The <c>Metrics</c> section: where Prometheus asks.</summary>
internal sealed class MetricsOptions
{
    /// <summary>The address of a listener of its own, such as <c>http://localhost:9464</c>. Default: none.</summary>
    public string? Listen { get; set; }

    /// <summary>Names under which it is asked for, besides addresses, <c>localhost</c> and names that no public zone has. Default:
    /// none.</summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>Reads the address.</summary>
    /// <param name="listen">What is set.</param>
    /// <param name="address">The address.</param>
    /// <param name="ip">What to bind; null for <c>localhost</c>, which is 127.0.0.1 and ::1.</param>
    public static bool TryRead(string listen, [NotNullWhen(true)] out Uri? address, out IPAddress? ip)
    {
        ip = null;
        return Uri.TryCreate(listen, UriKind.Absolute, out address) && address is
        { Scheme: "http", PathAndQuery: "/", UserInfo: "", Fragment: "", Port: > 0 }
            && (address.Host == "localhost" || IPAddress.TryParse(address.DnsSafeHost, out ip));
    }
}
