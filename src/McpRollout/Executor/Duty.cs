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
}

/// <summary>Which duty a request is.</summary>
internal static class Duties
{
    /// <summary>Decides for one executor.</summary>
    /// <param name="request">The request.</param>
    /// <param name="server">The API server that this executor speaks to; null if it has none. Another server's requests are not its to carry out.</param>
    /// <param name="holder">This executor's name in leases.</param>
    /// <param name="now">The time.</param>
    public static Duty For(UndoRequest request, string? server, string holder, DateTimeOffset now)
    {
        if (Deciding.Expire(request, now) is not null)
            return Duty.Expire;
        if (request.Plan.Server != server)
            return Duty.None;
        var isHeldElsewhere = request.Lease is { } lease && lease.Holder != holder && now < lease.Until;
        return request.State switch
        {
            RequestState.Approved => Duty.Execute,
            RequestState.Executing when !isHeldElsewhere => Duty.Reconcile,
            RequestState.Unknown when !isHeldElsewhere => Duty.Reconcile,
            RequestState.Applied when !request.IsFinished && !isHeldElsewhere => Duty.Follow,
            _ => Duty.None,
        };
    }
}
