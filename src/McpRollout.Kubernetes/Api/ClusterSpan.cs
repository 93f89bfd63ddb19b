using System.Diagnostics;
using McpRollout.Kubernetes.Connections;

namespace McpRollout.Kubernetes.Api;

/// <summary>The trace span of one call to the cluster, all tries included, after the OpenTelemetry conventions for HTTP clients and
/// Kubernetes.</summary>
internal sealed class ClusterSpan(Activity? activity) : IDisposable
{
    private int _tries;

    /// <summary>Starts the span, if anybody listens.</summary>
    public static ClusterSpan Start(ApiRequest request, Endpoint endpoint)
    {
        var activity = ClusterTelemetry.Source.StartActivity(
            $"{request.Method} {request.Resource}{(request.IsFence ? " (fence)" : "")}", ActivityKind.Client);
        if (activity is not { IsAllDataRequested: true })
            return new(activity);

        var query = request.Path.IndexOf('?', StringComparison.Ordinal);
        activity.SetTag("http.request.method", request.Method.Method);
        activity.SetTag("url.full", endpoint.Address + (query < 0 ? request.Path : request.Path[..query]));
        activity.SetTag("server.address", endpoint.Server.Host);
        activity.SetTag("server.port", endpoint.Server.Port);
        activity.SetTag("k8s.namespace.name", request.Namespace);
        if (request.Workload is { } workload)
            activity.SetTag($"k8s.{workload.Type.ToName()}.name", workload.Name);

        if (request.Call == ApiCall.DryRun)
            activity.SetTag("mcp_rollout.dry_run", true);

        return new(activity);
    }

    /// <summary>Notes that the request goes out, once more.</summary>
    public void Sending() => _tries++;

    public void Answered(ClusterFailure? failure)
    {
        if (_tries > 1)
            activity?.SetTag("http.request.resend_count", _tries - 1);

        if ((failure is null ? 200 : failure.StatusCode) is { } code)
            activity?.SetTag("http.response.status_code", code);

        if (failure is null)
            return;

        activity?.SetTag("error.type", failure.StatusCode?.ToString(CultureInfo.InvariantCulture) ?? failure.Kind.ToString());
        activity?.SetStatus(ActivityStatusCode.Error, failure.Kind.ToString());
    }

    public void Dispose() => activity?.Dispose();
}
