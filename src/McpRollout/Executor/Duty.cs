using McpRollout.Broker;

namespace McpRollout.Executor;

/// <summary>What an executor owes a request.</summary>
internal enum Duty
{
    /// <summary>Nothing now.</summary>
    None,

    /// <summary>End it, its time is over.</summary>
    Expire,

    /// <summary>Carry it out.</summary>
    Execute,

    /// <summary>Find out whether a patch, of this process or of one that is gone, arrived.</summary>
    Reconcile,

    /// <summary>Follow its rollout.</summary>
    Follow,

    /// <summary>Close it without having seen its end: no executor that still runs speaks to its cluster.</summary>
    Abandon,
}

/// <summary>Which duty a request is.</summary>
internal static class Duties
{
    /// <summary>Decides for one executor.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reach">What this executor may do where.</param>
    /// <param name="holder">This executor's name in leases.</param>
    /// <param name="now">The time.</param>
    /// <param name="watched">How long this executor has seen the request in this state, by its own clock, which nobody sets.</param>
    /// <param name="times">The executor's times.</param>
    public static Duty For(UndoRequest request, ExecutorReach reach, string holder, DateTimeOffset now, TimeSpan watched, ExecutorTimes times)
    {
        if (Deciding.Expire(request, now) is not null)
            return Duty.Expire;
        var isHeldElsewhere = request.IsHeldByOther(holder, now, times.Lease);
        if (!reach.Sees(request.Plan))
            return request is { ExecutingSince: not null, IsFinished: false } && !isHeldElsewhere && watched >= times.Abandon ? Duty.Abandon : Duty.None;
        return request.State switch
        {
            RequestState.Approved when reach.MayWrite(request.Plan) => Duty.Execute,
            RequestState.Executing when !isHeldElsewhere => Duty.Reconcile,
            RequestState.Unknown when !isHeldElsewhere => Duty.Reconcile,
            RequestState.Applied when !request.IsFinished && !isHeldElsewhere && MayFollow() => Duty.Follow,
            _ => Duty.None,
        };

        // Who must not delete leaves a plan that deletes pods to those who may, for as long as they may come yet.
        bool MayFollow() => request.Plan.Pods.Count == 0 || reach.MayWrite(request.Plan) || watched >= times.RolloutDeadline;
    }
}
