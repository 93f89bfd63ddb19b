using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace McpRollout.Telemetry;

/// <summary>What each request for metrics passes first. Whoever reaches the listener may read; a page in somebody's browser, under a name
/// of its own that was made to point here, may not.</summary>
internal sealed class MetricsGuard(IEnumerable<string> hosts)
{
    /// <summary>Where metrics are.</summary>
    public const string Path = "/metrics";

    // Zones in which nobody can register a name (RFC 6761, ICANN's reserved .internal, and what clusters use).
    private static readonly string[] Inner = [".svc", ".cluster.local", ".internal", ".localhost"];

    /// <summary>Whether the <c>Host</c> header can be meant for this listener.</summary>
    public bool Allows(HostString host) =>
        IPAddress.TryParse(host.Host.Trim('[', ']'), out _)
        || (host.Host.Length > 0 && !host.Host.Contains('.', StringComparison.Ordinal))
        || Inner.Any(zone => host.Host.EndsWith(zone, StringComparison.OrdinalIgnoreCase))
        || hosts.Contains(host.Host, StringComparer.OrdinalIgnoreCase);

    /// <summary>The first middleware.</summary>
    public Task ShieldAsync(HttpContext context, RequestDelegate next)
    {
        // What is measured is the page, not who measures it.
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } measured)
            measured.MetricsDisabled = true;
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var request = context.Request;
        var refusal = !Allows(request.Host) ? StatusCodes.Status421MisdirectedRequest
            : request.Path != Path ? StatusCodes.Status404NotFound
            : !HttpMethods.IsGet(request.Method) ? StatusCodes.Status405MethodNotAllowed
            : (int?)null;
        if (refusal is null)
            return next(context);
        context.Response.StatusCode = refusal.Value;
        return Task.CompletedTask;
    }
}
