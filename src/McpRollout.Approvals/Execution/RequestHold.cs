using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>Keeps a request in this process's hands while it is followed.</summary>
internal sealed class RequestHold(ApprovalBroker broker, Holders holders, ExecutorTimes times, TimeProvider time)
{
    /// <summary>The request, held longer; null once it is finished, or another process holds it.</summary>
    public async Task<UndoRequest?> KeepAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var held = await broker.ChangeAsync(
            request.Id,
            found => Keep(found, now) is { } kept ? new RequestChange(kept) : null,
            cancellationToken);
        return held is { IsFinished: false, Lease: { } mine } && mine.Holder == holders.Name ? held : null;
    }

    // Renewed when half of it is over, so that not every look is a write.
    private UndoRequest? Keep(UndoRequest request, DateTimeOffset now)
    {
        if (request.IsFinished || holders.IsHeldByOther(request, now, times.Lease))
            return null;
        if (request.Lease?.Holder != holders.Name)
            return request.Lend(holders.Name, now + times.Lease);
        return now < request.Lease.Until - (times.Lease / 2) ? null : request.Renew(now + times.Lease);
    }
}
