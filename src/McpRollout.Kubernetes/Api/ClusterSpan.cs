using System.Diagnostics;
using McpRollout.Kubernetes.Connections;

namespace McpRollout.Kubernetes.Api;

/// <summary>The trace span of one call to the cluster, all tries included, after the OpenTelemetry conventions for HTTP clients and
/// Kubernetes.</summary>
internal readonly struct ClusterSpan : IDisposable
{
    private readonly Tries? _tries;

    private ClusterSpan(Activity? activity) => _tries = activity is null ? null : new Tries(activity);

    /// <summary>Starts the span, if anybody listens.</summary>
    public static ClusterSpan Start(ApiRequest request, Endpoint endpoint)
    {
        if (!ClusterTelemetry.Source.HasListeners())
            return default;

        var activity = ClusterTelemetry.Source.StartActivity($"{request.Method} {request.Resource}", ActivityKind.Client);
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
    public void Sending()
    {
        if (_tries is not null)
            _tries.Count++;
    }

    /// <summary>Notes how it ended.</summary>
    public void Answered(ClusterFailure? failure)
    {
        if (_tries is not { Activity: var activity, Count: var count })
            return;

        if (count > 1)
            activity.SetTag("http.request.resend_count", count - 1);

        if (failure?.StatusCode is { } code)
            activity.SetTag("http.response.status_code", code);
        else if (failure is null)
            activity.SetTag("http.response.status_code", 200);

        if (failure is null)
            return;

        activity.SetTag("error.type", failure.StatusCode?.ToString(CultureInfo.InvariantCulture) ?? failure.Kind.ToString());
        activity.SetStatus(ActivityStatusCode.Error, failure.Kind.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => _tries?.Activity.Dispose();

    private sealed class Tries(Activity activity)
    {
        public Activity Activity => activity;

        public int Count { get; set; }
    }
}
