using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// Pauses the owner that a plan names, before the workload is patched. What was lost is looked for: the mark of the request on the owner
/// tells that the pause arrived, and keeps one that is sent again from doing it twice.
/// </summary>
internal sealed partial class OwnerPausing(
    ApprovalBroker broker, OwnerReader owners, UndoWriter writer, ExecutorTimes times, TimeProvider time, ILogger<OwnerPausing> logger)
{
    /// <summary>Comes back once the owner is paused, or cannot be.</summary>
    /// <param name="request">The request as it was claimed.</param>
    /// <param name="cancellationToken">Leaves the request to whoever comes next.</param>
    /// <returns>Why the workload is not to be patched; null if it is.</returns>
    public async Task<WriteResult?> PauseAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        if (request.Plan.Pause is not { } pause)
            return null;
        for (var mayHaveArrived = request.PausingSince is not null; ;)
        {
            string waitsFor;
            try
            {
                switch (await TryAsync(request, pause, cancellationToken))
                {
                    case WriteResult.NotTaken notTaken:
                        waitsFor = notTaken.Failure.Message;
                        break;
                    case WriteResult.Moved moved:
                        waitsFor = moved.Failure.Message;
                        break;
                    case WriteResult.Lost lost:
                        (mayHaveArrived, waitsFor) = (true, lost.Failure.Message);
                        break;
                    case WriteResult.Refused refused when !mayHaveArrived:
                        await broker.ChangeAsync(request.Id, found => OwnerPauses.NotSent(found, request), CancellationToken.None);
                        return refused;
                    case var result:
                        return result;
                }
            }
            catch (Exception failure) when (failure is AuditUnavailableException or StoreUnavailableException)
            {
                waitsFor = failure.Message;
            }

            if (time.GetUtcNow() >= request.ExpiresAt)
                return new WriteResult.Refused($"{waitsFor} {request.Plan.Workload} was not changed.");
            LogWaiting(logger, request.Id, pause.Owner.ToString(), waitsFor);
            await Task.Delay(times.Retry, time, cancellationToken);
        }
    }

    private async Task<WriteResult?> TryAsync(UndoRequest request, OwnerPause pause, CancellationToken cancellationToken)
    {
        var read = await owners.ReadAsync(pause.Owner, cancellationToken);
        if (!read.Succeeded)
            return read.Failure.Kind == ClusterFailureKind.NotFound
                ? new WriteResult.Outdated($"{pause.Owner} no longer exists.")
                : new WriteResult.NotTaken(read.Failure);
        return OwnerPauses.Next(request, pause, read.Value) switch
        {
            OwnerStep.Done => await DoneAsync(request, read.Value),
            OwnerStep.Send => await SendAsync(request, read.Value, cancellationToken),
            _ => new WriteResult.Outdated($"{pause.Owner} was changed since it was shown."),
        };
    }

    private async Task<WriteResult?> SendAsync(UndoRequest request, Owner owner, CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow();
        if (await broker.ClaimOwnerChangeAsync(request, times.Lease, cancellationToken) is not { } ticket)
            return new WriteResult.Refused(
                "Another process took over before the owner was paused, or its approvals no longer suffice. Nothing was sent to the "
                    + "cluster.");

        // Stopping the process does not cut it off: it ends by itself within the lease.
        using var limit = new CancellationTokenSource(times.Write, time);
        var result = await writer.PatchOwnerAsync(
            ticket, OwnerPatch.Pause(owner, request.Id), notAfter: begun + times.Write, limit.Token);
        return result is WriteResult.Accepted accepted ? await DoneAsync(request, new Owner(owner.Ref, accepted.Written)) : result;
    }

    private async Task<WriteResult?> DoneAsync(UndoRequest request, Owner owner)
    {
        var paused = await broker.ChangeAsync(request.Id, found => OwnerPauses.Paused(found, time.GetUtcNow()), CancellationToken.None);
        return owner.IsAtWork && time.GetUtcNow() < paused?.PausedAt + times.Settle
            ? new WriteResult.NotTaken(new ClusterFailure(ClusterFailureKind.Conflict, $"{owner.Ref} is in the middle of a sync."))
            : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} is approved and waits until {Owner} is paused: {Why}")]
    private static partial void LogWaiting(ILogger logger, string requestId, string owner, string why);
}
