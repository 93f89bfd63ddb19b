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
        WriteResult.Accepted accepted => Applied(
            request, "The cluster accepted the patch.", Workload.From(request.Plan.ResourceType, accepted.Workload).TemplateDigest, now),
        WriteResult.Moved moved => Stale(
            request, $"{request.Plan.Workload} was changed at the last moment; the cluster did not apply the patch ({moved.Failure.Message})", now),
        WriteResult.Refused refused => Change(request, RequestState.Failed, AuditEvent.UndoFailed, refused.Message, now),
        WriteResult.Lost lost => Unknown(request, lost.Failure, now),
        _ => throw new ArgumentOutOfRangeException(nameof(result)),
    };

    /// <summary>The patch arrived.</summary>
    public static RequestChange Applied(UndoRequest request, string message, string appliedDigest, DateTimeOffset now) => new(
        request with
        {
            State = RequestState.Applied,
            AppliedDigest = appliedDigest,
            Lease = null,
            Outcome = new UndoOutcome(message, now, UndoRollout.Progressing),
        },
        Record(request, AuditEvent.UndoApplied, message));

    /// <summary>The cluster is no longer as shown.</summary>
    public static RequestChange Stale(UndoRequest request, string message, DateTimeOffset now) =>
        Change(request, RequestState.Stale, AuditEvent.UndoStale, $"{message} Nothing was changed.", now);

    /// <summary>The patch is known not to have arrived.</summary>
    public static RequestChange NeverArrived(UndoRequest request, DateTimeOffset now) => Change(
        request, RequestState.Failed, AuditEvent.UndoFailed, "The workload shows no sign of the patch: it never arrived. Nothing was changed.", now);

    /// <summary>The workload was changed or deleted since by others, and shows no more whether the patch arrived; it is not sent again.</summary>
    public static RequestChange CannotBeTold(UndoRequest request, DateTimeOffset now) => Change(
        request,
        RequestState.Failed,
        AuditEvent.UndoFailed,
        "Whether the patch arrived cannot be told: the workload was changed or deleted by others since. Read k8s_rollout_history to see what runs now.",
        now);

    /// <summary>The cluster gave no answer for so long that the question is left to people.</summary>
    public static RequestChange CannotBeTold(UndoRequest request, ClusterFailure failure, DateTimeOffset now) => Change(
        request,
        RequestState.Failed,
        AuditEvent.UndoFailed,
        $"Whether the patch arrived cannot be told: the cluster could not be read since. {failure.Message} Read k8s_rollout_history once it can, to see what runs.",
        now);

    /// <summary>No process that runs speaks to the request's cluster any more; null if somebody saw its end meanwhile.</summary>
    public static RequestChange? Abandon(UndoRequest request, DateTimeOffset now)
    {
        const string Message = "No server speaks to its cluster any more, so that its end was not seen.";
        return request.State switch
        {
            RequestState.Executing => Unknown(request, null, now),
            RequestState.Unknown => Change(request, RequestState.Failed, AuditEvent.UndoFailed, Message, now),
            RequestState.Applied when !request.IsFinished => Rollout(request, new UndoOutcome(Message, now, UndoRollout.Degraded)),
            _ => null,
        };
    }

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
            ? new RequestChange(request with { Outcome = outcome, Lease = null }, Record(request, ended, outcome.Message, outcome))
            : new RequestChange(request with { Outcome = outcome });
    }

    private static RequestChange Change(UndoRequest request, RequestState state, AuditEvent auditEvent, string message, DateTimeOffset now) => new(
        request with { State = state, Lease = null, Outcome = new UndoOutcome(message, now) },
        Record(request, auditEvent, message));

    private static AuditDraft Record(
        UndoRequest request, AuditEvent auditEvent, string message, UndoOutcome? outcome = null) => new(
        auditEvent,
        AuditActor.System,
        request.Id,
        request.Plan,
        new JsonObject
        {
            ["message"] = message,
            ["problems"] = outcome?.Problems is not { Count: > 0 } problems
                ? null
                : new JsonArray([.. problems.Select(problem => JsonValue.Create($"{problem.Pod}: {problem.Reason}"))]),
            ["advice"] = outcome?.Pods?.Advice,
        });
}
