using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>What an executor owes a request.</summary>
internal enum ExecutorAction
{
    /// <summary>Nothing now.</summary>
    None,

    /// <summary>End it, its time is over.</summary>
    Expire,

    /// <summary>Carry it out.</summary>
    Execute,

    /// <summary>Find out whether a patch, of this process or of one that is gone, arrived; if it never can, carry the request
    /// out.</summary>
    Reconcile,

    /// <summary>Follow its rollout.</summary>
    Follow,

    /// <summary>Close it without having seen its end: no executor that still runs speaks to its cluster.</summary>
    Abandon,
}

/// <summary>Which duty a request is.</summary>
internal static class ExecutorActions
{
    /// <summary>Decides for one executor.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reach">What this executor may do where.</param>
    /// <param name="isHeldElsewhere">Whether another process that lives holds the request.</param>
    /// <param name="now">The time.</param>
    /// <param name="watched">How long this executor has seen the request in this state, by its own clock, which nobody sets.</param>
    /// <param name="times">The executor's times.</param>
    public static ExecutorAction For(
        UndoRequest request, ExecutorReach reach, bool isHeldElsewhere, DateTimeOffset now, TimeSpan watched, ExecutorTimes times)
    {
        if (DecisionTransitions.Expire(request, now) is not null)
            return ExecutorAction.Expire;
        if (!reach.Sees(request.Plan))
            return request is { ExecutingSince: not null, IsFinished: false } && !isHeldElsewhere && watched >= times.Abandon
                && (request.Outcome?.Verification is not { } watch || now >= watch.Until + times.Abandon)
                ? ExecutorAction.Abandon
                : ExecutorAction.None;
        return request.State switch
        {
            RequestState.Approved when reach.MayWrite(request.Plan) => ExecutorAction.Execute,
            RequestState.Executing when !isHeldElsewhere => ExecutorAction.Reconcile,
            RequestState.Unknown when !isHeldElsewhere => ExecutorAction.Reconcile,
            RequestState.Applied when !request.IsFinished && !isHeldElsewhere && MayFollow() => ExecutorAction.Follow,
            _ => ExecutorAction.None,
        };

        // Who must not delete leaves a plan that deletes pods to those who may, for as long as they may come yet.
        bool MayFollow() => request.Plan.Pods.Count == 0 || reach.MayWrite(request.Plan) || watched >= times.RolloutDeadline;
    }
}
