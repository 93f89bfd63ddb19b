using System.Text.Json.Nodes;
using McpRollout.Audit;
using McpRollout.Broker;
using McpRollout.Cluster;
using McpRollout.Rollouts;

namespace McpRollout.Executor;

/// <summary>What the outcome of an execution makes of its request. Pure.</summary>
internal static class Ending
{
    /// <summary>After the attempt to write.</summary>
    public static RequestChange Of(UndoRequest request, WriteResult result, DateTimeOffset now) => result switch
    {
        WriteResult.Accepted => Applied(request, "The cluster accepted the patch.", now),
        WriteResult.Moved moved => Stale(
            request, $"{request.Plan.Workload} was changed at the last moment; the cluster did not apply the patch ({moved.Failure.Message})", now),
        WriteResult.Refused refused => Change(request, RequestState.Failed, AuditEvent.UndoFailed, refused.Message, now),
        WriteResult.Lost lost => Unknown(request, lost.Failure, now),
        _ => throw new ArgumentOutOfRangeException(nameof(result)),
    };

    /// <summary>The patch arrived.</summary>
    public static RequestChange Applied(UndoRequest request, string message, DateTimeOffset now) => new(
        request with { State = RequestState.Applied, Lease = null, Outcome = new UndoOutcome(message, now, UndoRollout.Progressing) },
        Record(request, AuditEvent.UndoApplied, message));

    /// <summary>The cluster is no longer as shown.</summary>
    public static RequestChange Stale(UndoRequest request, string message, DateTimeOffset now) =>
        Change(request, RequestState.Stale, AuditEvent.UndoStale, $"{message} Nothing was changed.", now);

    /// <summary>The patch is known not to have arrived.</summary>
    public static RequestChange NeverArrived(UndoRequest request, DateTimeOffset now) => Change(
        request, RequestState.Failed, AuditEvent.UndoFailed, "The workload shows no sign of the patch: it never arrived. Nothing was changed.", now);

    /// <summary>Whether the patch arrived is not known yet.</summary>
    public static RequestChange Unknown(UndoRequest request, ClusterFailure? failure, DateTimeOffset now) => Change(
        request,
        RequestState.Unknown,
        AuditEvent.UndoUnknown,
        $"{failure?.Message ?? "The process that sent the patch is gone."} The workload is being read to find out whether the patch arrived.",
        now);

    /// <summary>How the rollout stands; recorded only when it is at its end.</summary>
    public static RequestChange Rollout(UndoRequest request, UndoOutcome outcome)
    {
        var auditEvent = outcome.Rollout switch
        {
            UndoRollout.Healthy => AuditEvent.RolloutHealthy,
            UndoRollout.Degraded => AuditEvent.RolloutDegraded,
            UndoRollout.Superseded => AuditEvent.RolloutSuperseded,
            _ => (AuditEvent?)null,
        };
        return auditEvent is { } ended
            ? new RequestChange(request with { Outcome = outcome, Lease = null }, Record(request, ended, outcome.Message, outcome.Problems))
            : new RequestChange(request with { Outcome = outcome }, null);
    }

    private static RequestChange Change(UndoRequest request, RequestState state, AuditEvent auditEvent, string message, DateTimeOffset now) => new(
        request with { State = state, Lease = null, Outcome = new UndoOutcome(message, now) },
        Record(request, auditEvent, message));

    private static AuditDraft Record(
        UndoRequest request, AuditEvent auditEvent, string message, IReadOnlyList<PodProblem>? problems = null) => new(
        auditEvent,
        AuditActor.System,
        request.Id,
        request.Plan,
        new JsonObject
        {
            ["message"] = message,
            ["trace_parent"] = request.TraceParent,
            ["problems"] = problems is not { Count: > 0 }
                ? null
                : new JsonArray([.. problems.Select(problem => JsonValue.Create($"{problem.Pod}: {problem.Reason}"))]),
        });
}
