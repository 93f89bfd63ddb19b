using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Execution;

/// <summary>Carries out one approved request: reads again, compares with what was shown, claims, writes.</summary>
internal sealed partial class UndoExecution(
    ApprovalBroker broker,
    WorkloadReader workloads,
    WorkloadContextReader surroundings,
    OwnerPausing pausing,
    UndoProbes probes,
    UndoWriter writer,
    ExecutionWait wait,
    AuditPaths audit,
    ExecutorTimes times,
    TimeProvider time,
    ILogger<UndoExecution> logger)
{
    // So many times a workload may be changed under the patch before the tries are spaced out.
    private const int QuickTries = 5;

    /// <summary>
    /// Ends with the request applied, stale, failed or unknown, or pending again if something is new. Whatever keeps it from being sent
    /// while it may still be sent (the cluster does not answer, the audit cannot be written) leaves it approved, to be tried again until
    /// its time is over.
    /// </summary>
    public async Task ExecuteAsync(UndoRequest request, string holder, CancellationToken cancellationToken)
    {
        using var span = UndoTelemetry.StartLinked("undo execute", request);
        await probes.AskBeforeAsync(request, cancellationToken);
        var history = await workloads.ReadHistoryAsync(request.Plan.Workload, Freshness.Latest, cancellationToken);
        if (!history.Succeeded && history.Failure.Kind != ClusterFailureKind.NotFound)
        {
            await wait.ForAsync(request, history.Failure.Message, cancellationToken);
            return;
        }

        if (Staleness.Of(request.Plan, history.Value) is { } moved)
        {
            await broker.EndAsStaleAsync(request, moved, cancellationToken);
            return;
        }

        var seen = await SeeAsync(request.Plan, history.Value!, cancellationToken);
        if (await wait.CanRecordAsync(request, cancellationToken)
            && await broker.ClaimAsync(
                request.Id, holder, times.Lease, seen.History.Workload.Labels, seen.Holding, cancellationToken) is { } undo)
            await WriteAsync(undo, seen, cancellationToken);
    }

    /// <summary>Carries a request out whose earlier patch had no effect and can have none any more.</summary>
    /// <param name="fence">The fence that saw to it.</param>
    /// <param name="history">The workload as it was read after the fence.</param>
    /// <param name="cancellationToken">Leaves the request to whoever comes next.</param>
    public async Task ExecuteAgainAsync(FencedUndo fence, RevisionHistory history, CancellationToken cancellationToken)
    {
        if (Staleness.Of(fence.Request.Plan, history) is { } moved)
        {
            await broker.ChangeAsync(
                fence.Request.Id,
                found => found.State == RequestState.Unknown && found.IsStillHeldAs(fence.Request)
                    ? ExecutionTransitions.Stale(found, moved, time.GetUtcNow())
                    : null,
                cancellationToken);
        }
        else
        {
            var seen = await SeeAsync(fence.Request.Plan, history, cancellationToken);
            if (await broker.ClaimAgainAsync(
                fence.Request, times.Lease, history.Workload.Labels, seen.Holding, cancellationToken) is { } undo)
                await WriteAsync(undo, seen, cancellationToken);
        }
    }

    private async Task WriteAsync(ApprovedUndo undo, Seen seen, CancellationToken cancellationToken)
    {
        var result = await pausing.PauseAsync(undo.Request, cancellationToken) ?? await SendAsync(undo, seen, cancellationToken);
        if (result is WriteResult.Held)
            return;

        // That it was accepted is a fact, whoever holds the request by now; all else is no longer this process's to say.
        var ended = await broker.ChangeAsync(
            undo.Request.Id,
            found => found.State is RequestState.Executing or RequestState.Unknown
                && (result is WriteResult.Accepted || found.IsStillHeldAs(undo.Request))
                ? ExecutionTransitions.Of(found, result, time.GetUtcNow())
                : null,
            CancellationToken.None);
        if (result is WriteResult.Accepted accepted && ended is { State: RequestState.Applied })
            await RecordEventAsync(ended, accepted, cancellationToken);
    }

    // The patch is for the workload exactly as it was read, and that look is older than the renewal of the lease: who takes the request
    // over in between sends a fence, and the patch is refused. A refusal where nothing that matters was changed, as by an autoscaler or a
    // pod's status, is followed by another look and another patch; never an answer that was lost. Each further patch, and one that a pause
    // came before, has a look of its own: what is new by then asks people again.
    private async Task<WriteResult> SendAsync(ApprovedUndo undo, Seen first, CancellationToken cancellationToken)
    {
        var (plan, before) = (undo.Request.Plan, first);
        var seen = plan.Pause is null ? first : null;
        WriteResult.Moved? moved = null;
        for (var tries = 1; ; tries++)
        {
            string? waitsFor = null;
            try
            {
                if (seen is null)
                {
                    var look = await workloads.ReadHistoryAsync(plan.Workload, Freshness.Latest, cancellationToken);
                    if (!look.Succeeded && look.Failure.Kind != ClusterFailureKind.NotFound)
                        waitsFor = look.Failure.Message;
                    else if (Staleness.Of(plan, look.Value) is { } stale)
                        return moved ?? (WriteResult)new WriteResult.Outdated(stale);
                    else if (moved is not null && look.Value!.Workload.ResourceVersion == before.History.Workload.ResourceVersion)
                        return moved;
                    else
                        seen = before = await SeeAsync(plan, look.Value!, cancellationToken);
                }

                if (seen is not null)
                {
                    var result = await TryAsync(undo, seen);
                    (seen, moved) = (null, result as WriteResult.Moved);
                    if (result is WriteResult.NotTaken notTaken)
                        waitsFor = notTaken.Failure.Message;
                    else if (moved is null)
                        return result;
                    else if (tries > QuickTries)
                        await Task.Delay(times.Poll, time, cancellationToken);
                }
            }
            catch (Exception failure) when (failure is AuditUnavailableException or StoreUnavailableException)
            {
                (seen, moved, waitsFor) = (null, null, failure.Message);
            }

            if (waitsFor is null)
                continue;
            if (time.GetUtcNow() >= undo.Request.ExpiresAt)
                return new WriteResult.Refused($"{waitsFor} Nothing was changed in the cluster.");
            await wait.ForAsync(undo.Request, waitsFor, cancellationToken);
        }
    }

    private async Task<WriteResult> TryAsync(ApprovedUndo undo, Seen seen)
    {
        var begun = time.GetUtcNow();
        var (plan, workload) = (undo.Request.Plan, seen.History.Workload);
        var target = plan.Pinned(seen.History).Find(plan.ToRevision)!;
        var patch = UndoPatch.Build(workload, target.Template, UndoMarkers.Annotations(undo.Request), isPinned: true);
        var (ticket, whyNot) = await undo.RenewAsync(broker, times.Lease, workload.Labels, seen.Holding, CancellationToken.None);
        if (ticket is null)
            return whyNot!;

        // Telling the process to stop does not cut a patch off: it ends by itself within the lease. Where the process ends sooner, it is as
        // after a crash.
        using var limit = new CancellationTokenSource(times.Write, time);
        return await writer.PatchAsync(ticket, patch, notAfter: begun + times.Write, limit.Token);
    }

    private async Task<Seen> SeeAsync(UndoPlan plan, RevisionHistory history, CancellationToken cancellationToken) =>
        new(history, await surroundings.ReadHoldingAsync(
            plan.Pinned(history), plan.ToRevision, plan.Pause is not null, cancellationToken));

    private async Task RecordEventAsync(UndoRequest applied, WriteResult.Accepted accepted, CancellationToken cancellationToken)
    {
        var workload = Workload.From(applied.Plan.ResourceType, accepted.Written);
        var written = UndoMarkers.Event(applied, workload, CheckpointLog.LastLine(audit), time.GetUtcNow());
        if (await writer.RecordEventAsync(applied, written, cancellationToken) is { } failure)
            LogNoEvent(logger, applied.Id, failure.Message);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} is applied; its Event could not be recorded: {Why}")]
    private static partial void LogNoEvent(ILogger logger, string requestId, string why);

    /// <summary>One look.</summary>
    /// <param name="History">The workload and its revisions.</param>
    /// <param name="Holding">What would hold the patch (<see cref="FindingKinds.Holding"/>).</param>
    private sealed record Seen(RevisionHistory History, IReadOnlyList<Finding> Holding);
}
