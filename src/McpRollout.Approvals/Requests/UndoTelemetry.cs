using System.Diagnostics;
using System.Diagnostics.Metrics;
using McpRollout.Approvals.Audit;

namespace McpRollout.Approvals.Requests;

/// <summary>What is told of requests: spans that link across the person's wait, and metrics. Silent unless an exporter listens.</summary>
internal static class UndoTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "McpRollout";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "mcp_rollout.undo.requests", "{request}", "Undo requests that came to an end, by outcome.");

    private static readonly Histogram<double> TimeToDecision = Meter.CreateHistogram<double>(
        "mcp_rollout.undo.decision.duration", "s", "From the request to the last decision.");

    private static readonly Histogram<double> TimeToPatch = Meter.CreateHistogram<double>(
        "mcp_rollout.undo.execution.duration", "s", "From the last decision to the cluster's answer.");

    private static readonly Histogram<double> TimeToEnd = Meter.CreateHistogram<double>(
        "mcp_rollout.undo.rollout.duration", "s", "From the patch to the end of its rollout.");

    private static int _open;

    static UndoTelemetry() => Meter.CreateObservableGauge(
        "mcp_rollout.undo.open", () => Volatile.Read(ref _open), "{request}", "Requests in the store that wait for a decision or its "
            + "execution.");

    /// <summary>Says how many requests are open.</summary>
    public static void SetOpen(int count) => Volatile.Write(ref _open, count);

    /// <summary>Starts a span of its own trace, linked to the tool call that made the request.</summary>
    public static Activity? StartLinked(string name, UndoRequest request)
    {
        var links = ActivityContext.TryParse(request.TraceParent, null, isRemote: true, out var origin)
            ? [new ActivityLink(origin)]
            : Array.Empty<ActivityLink>();
        return Tag(Source.StartActivity(name, ActivityKind.Internal, parentContext: default, links: links), request);
    }

    /// <summary>Says on the current span which request it is about.</summary>
    public static Activity? Tag(Activity? span, UndoRequest request) => span?
        .SetTag("mcp_rollout.request.id", request.Id)
        .SetTag("mcp_rollout.plan", request.Plan.Digest)
        .SetTag("k8s.namespace.name", request.Plan.Namespace)
        .SetTag($"k8s.{request.Plan.Workload.TypeName}.name", request.Plan.Name);

    /// <summary>Measures what a transition brought to an end.</summary>
    public static void Changed(UndoRequest before, UndoRequest after, DateTimeOffset now)
    {
        if (before.State.IsOpen() && !after.State.IsOpen())
            Ended(after, now);
        if (!before.IsSettled && after is { IsSettled: true, State: RequestState.Applied, ExecutingSince: { } since })
            TimeToEnd.Record((now - since).TotalSeconds, Outcome(after.Outcome?.Rollout?.ToName() ?? "resumed"));
    }

    private static void Ended(UndoRequest request, DateTimeOffset now)
    {
        Requests.Add(1, Outcome(request.State.ToName()));
        if (request.Decisions is not [.., var last])
            return;
        TimeToDecision.Record((last.At - request.CreatedAt).TotalSeconds, Outcome(request.State.ToName()));
        if (request.ExecutingSince is not null)
            TimeToPatch.Record((now - last.At).TotalSeconds, Outcome(request.State.ToName()));
    }

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("mcp_rollout.outcome", outcome);
}
