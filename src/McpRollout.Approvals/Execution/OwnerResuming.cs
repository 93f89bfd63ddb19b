using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// Carries out an approved request to resume an owner: reads again, compares with what was shown, claims, writes once. What was lost is
/// looked for: the mark of the request on the owner tells that the patch arrived, and the mark of the pause, which the patch tests and
/// takes away, keeps one that is sent again from doing it twice.
/// </summary>
internal sealed class OwnerResuming(
    ApprovalBroker broker,
    OwnerReader owners,
    ResumeOutlook outlook,
    UndoWriter writer,
    ExecutionWait wait,
    Holders holders,
    ExecutorTimes times,
    TimeProvider time)
{
    /// <summary>Ends with the request applied, stale or failed, or pending again if something is new; leaves it approved while it cannot be
    /// sent yet.</summary>
    public async Task ExecuteAsync(UndoRequest request, string holder, CancellationToken cancellationToken)
    {
        using var span = UndoTelemetry.StartLinked("undo execute", request);
        var look = await outlook.ReadAsync(request.Plan, cancellationToken);
        if (look.Unread is { } unread)
        {
            await wait.ForAsync(request, unread.Message, cancellationToken);
            return;
        }

        if (look.Moved is { } moved)
        {
            await broker.EndAsStaleAsync(request, moved, cancellationToken);
            return;
        }

        if (await wait.CanRecordAsync(request, cancellationToken)
            && await broker.ClaimAsync(
                request.Id, holder, times.Lease, look.Labels, look.Findings, cancellationToken) is { } undo)
            await FinishAsync(undo.Request, mayHaveArrived: false, cancellationToken);
    }

    /// <summary>Goes on with a request that this process, or one that is gone, has left under way.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mayWrite">Whether this process may send the patch; one that only reads can still see that it arrived.</param>
    /// <param name="watched">How long this process has seen it under way.</param>
    /// <param name="cancellationToken">Leaves the request to whoever comes next.</param>
    public async Task ReconcileAsync(UndoRequest request, bool mayWrite, TimeSpan watched, CancellationToken cancellationToken)
    {
        if (mayWrite)
        {
            var taken = await broker.ChangeAsync(
                request.Id,
                found => holders.IsHeldByOther(found, time.GetUtcNow(), times.Lease)
                    ? null
                    : OwnerResumes.TakeOver(found, holders.Name, time.GetUtcNow() + times.Lease),
                cancellationToken);
            if (taken is { State: RequestState.Executing, Lease: { } lease } && lease.Holder == holders.Name)
                await FinishAsync(taken, mayHaveArrived: true, cancellationToken);
            return;
        }

        var resume = request.Plan.Resume!;
        var read = await owners.ReadAsync(resume.Owner, cancellationToken);
        OwnerStep? next = read.Succeeded ? OwnerResumes.Next(request, resume, read.Value)
            : read.Failure.Kind == ClusterFailureKind.NotFound ? OwnerStep.Outdated
            : null;
        switch (next)
        {
            case OwnerStep.Done:
                await DoneAsync(request, "It was found to be done:");
                break;
            case OwnerStep.Outdated:
                await CloseAsync(request, OwnerResumes.CannotBeTold(resume));
                break;
            case var _ when watched >= times.Abandon:
                await CloseAsync(request, OwnerResumes.LeftAlone(resume));
                break;
            default:
                await Task.Delay(times.Retry, time, cancellationToken);
                break;
        }
    }

    private async Task FinishAsync(UndoRequest request, bool mayHaveArrived, CancellationToken cancellationToken)
    {
        var resume = request.Plan.Resume!;
        while (true)
        {
            string waitsFor;
            try
            {
                switch (await TryAsync(request, resume, cancellationToken))
                {
                    case null:
                        await DoneAsync(request, mayHaveArrived ? "The answer was lost, and the owner shows that the patch arrived:" : "");
                        return;
                    case WriteResult.Accepted:
                        await DoneAsync(request, "The cluster accepted the patch:");
                        return;
                    case WriteResult.NotTaken notTaken:
                        waitsFor = notTaken.Failure.Message;
                        break;
                    case WriteResult.Moved moved:
                        waitsFor = moved.Failure.Message;
                        break;
                    case WriteResult.Lost lost:
                        (mayHaveArrived, waitsFor) = (true, lost.Failure.Message);
                        break;
                    case WriteResult.Outdated when mayHaveArrived:
                        await EndAsync(request, OwnerResumes.CannotBeTold(resume));
                        return;
                    case WriteResult.Refused refused when mayHaveArrived:
                        await EndAsync(request, new WriteResult.Refused($"{refused.Message} {NotKnown(resume)}"));
                        return;
                    case var result:
                        await EndAsync(request, result);
                        return;
                }
            }
            catch (Exception failure) when (failure is AuditUnavailableException or StoreUnavailableException)
            {
                waitsFor = failure.Message;
            }

            if (time.GetUtcNow() >= request.ExpiresAt)
            {
                await EndAsync(request, new WriteResult.Refused(mayHaveArrived
                    ? $"{waitsFor} {NotKnown(resume)}"
                    : $"{waitsFor} Nothing was changed in the cluster."));
                return;
            }

            await wait.ForAsync(request, waitsFor, cancellationToken);
        }
    }

    // Null: this request has resumed it already.
    private async Task<WriteResult?> TryAsync(UndoRequest request, OwnerResume resume, CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow();
        var read = await owners.ReadAsync(resume.Owner, cancellationToken);
        if (!read.Succeeded && read.Failure.Kind != ClusterFailureKind.NotFound)
            return new WriteResult.NotTaken(read.Failure);
        if (read.Succeeded && OwnerResumes.Next(request, resume, read.Value) == OwnerStep.Done)
            return null;
        if (OwnerResumes.Moved(resume, read.Succeeded ? read.Value : null) is { } moved)
            return new WriteResult.Outdated(moved);
        if (begun >= request.ExpiresAt)
        {
            return new WriteResult.NotTaken(
                new ClusterFailure(ClusterFailureKind.Conflict, "It was approved, and could not be carried out in time."));
        }

        if (await broker.ClaimOwnerChangeAsync(request, times.Lease, cancellationToken) is not { } ticket)
        {
            return new WriteResult.Refused(
                "Another process took over before the owner was resumed, or its approvals no longer suffice. Nothing was sent to the "
                    + "cluster.");
        }

        // Stopping the process does not cut it off: it ends by itself within the lease.
        using var limit = new CancellationTokenSource(times.Write, time);
        return await writer.PatchOwnerAsync(
            ticket, OwnerPatch.Resume(read.Value!, resume, request.Id), notAfter: begun + times.Write, limit.Token);
    }

    private static string NotKnown(OwnerResume resume) => $"Whether {resume.Owner} was resumed is not known: look at it.";

    private Task<UndoRequest?> DoneAsync(UndoRequest request, string how) => broker.ChangeAsync(
        request.Id, found => OwnerResumes.Resumed(found, how, time.GetUtcNow()), CancellationToken.None);

    // Ends what nobody goes on with.
    private Task<UndoRequest?> CloseAsync(UndoRequest request, WriteResult result) => broker.ChangeAsync(
        request.Id,
        found => found.State is RequestState.Executing or RequestState.Unknown
            && !holders.IsHeldByOther(found, time.GetUtcNow(), times.Lease)
                ? ExecutionTransitions.Of(found, result, time.GetUtcNow())
                : null,
        CancellationToken.None);

    private Task<UndoRequest?> EndAsync(UndoRequest request, WriteResult result) => broker.ChangeAsync(
        request.Id,
        found => found.State == RequestState.Executing && found.IsStillHeldAs(request)
            ? ExecutionTransitions.Of(found, result, time.GetUtcNow())
            : null,
        CancellationToken.None);
}
