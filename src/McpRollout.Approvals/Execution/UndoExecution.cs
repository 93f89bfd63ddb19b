using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Execution;

/// <summary>Carries out one approved request: reads again, compares with what was shown, claims, writes once.</summary>
internal sealed partial class UndoExecution(
    ApprovalBroker broker,
    WorkloadReader workloads,
    UndoWriter writer,
    IAuditSink sink,
    ExecutorTimes times,
    TimeProvider time,
    ILogger<UndoExecution> logger)
{
    /// <summary>
    /// Ends with the request applied, stale, failed or unknown. Whatever keeps it from being sent while it may still be sent
    /// (the cluster does not answer, the audit cannot be written) leaves it approved, to be tried again until its time is over.
    /// </summary>
    public async Task ExecuteAsync(UndoRequest request, string holder, CancellationToken cancellationToken)
    {
        using var span = UndoTelemetry.StartLinked("undo execute", request);
        var history = await workloads.ReadHistoryAsync(request.Plan.Workload, Freshness.Latest, cancellationToken);
        if (!history.Succeeded && history.Failure.Kind != ClusterFailureKind.NotFound)
        {
            await PauseAsync(request, history.Failure.Message, cancellationToken);
            return;
        }

        if (Staleness.Of(request.Plan, history.Value) is { } moved)
        {
            await broker.ChangeAsync(
                request.Id,
                found => found.State == RequestState.Approved ? ExecutionTransitions.Stale(found, moved, time.GetUtcNow()) : null,
                cancellationToken);
            return;
        }

        var target = history.Value!.Find(request.Plan.ToRevision)!;
        if (await CanRecordAsync(request, cancellationToken)
            && await broker.ClaimAsync(request.Id, holder, times.Lease, history.Value.Workload.Labels, cancellationToken) is { } undo)
        {
            var patch = UndoPatch.Build(history.Value.Workload, target.Template, UndoMarkers.Annotations(undo.Request));
            await WriteAsync(undo, patch, history.Value.Workload.Labels, cancellationToken);
        }
    }

    private async Task WriteAsync(
        ApprovedUndo undo, byte[] patch, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var result = await SendAsync(undo, patch, labels, cancellationToken);
        var ended = await broker.ChangeAsync(
            undo.Request.Id,
            found => found.State is RequestState.Executing or RequestState.Unknown
                ? ExecutionTransitions.Of(found, result, time.GetUtcNow())
                : null,
            CancellationToken.None);
        if (result is WriteResult.Accepted accepted && ended is { State: RequestState.Applied })
            await RecordEventAsync(ended, accepted, cancellationToken);
    }

    // The claim is in the store; the patch waits until its record is in the file too. Right before it is sent the lease is renewed, or it
    // is given up: whoever finds the lease run out takes the patch for sent. Nothing was sent when this gives up.
    private async Task<WriteResult> SendAsync(
        ApprovedUndo undo, byte[] patch, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var begun = time.GetUtcNow();
                return await ReasonToStopAsync(undo, labels, cancellationToken) is { } reason
                    ? new WriteResult.Refused(reason)
                    : await PatchAsync(undo, patch, notAfter: begun + times.Write);
            }
            catch (Exception failure) when (failure is AuditUnavailableException or StoreUnavailableException)
            {
                LogWaiting(logger, undo.Request.Id, failure.Message);
                await Task.Delay(times.Retry, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (time.GetUtcNow() >= undo.Request.ExpiresAt || cancellationToken.IsCancellationRequested)
                    return new WriteResult.Refused($"{failure.Message} Nothing was sent to the cluster.");
            }
        }
    }

    // Stopping the process does not cut a patch off: it ends by itself well within the lease.
    private async Task<WriteResult> PatchAsync(ApprovedUndo undo, byte[] patch, DateTimeOffset notAfter)
    {
        using var limit = new CancellationTokenSource(times.Write, time);
        return await writer.PatchAsync(undo, patch, notAfter, limit.Token);
    }

    // Renews the lease, unless it was lost or, while the audit could not be written, the approvals no longer suffice.
    private async Task<string?> ReasonToStopAsync(
        ApprovedUndo undo, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        string? reason = null;
        await broker.ChangeAsync(
            undo.Request.Id,
            labels,
            evaluation =>
            {
                var (found, now) = (evaluation.Request, evaluation.Now);
                reason = found.State != RequestState.Executing || !found.IsStillHeldAs(undo.Request)
                    ? "Another process took over before the patch was sent. Nothing was sent to the cluster."
                    : evaluation.UnmetRequirements is { } unmet ? ExecutionTransitions.NoLonger(unmet) : null;
                return reason is null ? new RequestChange(found.Renew(now + times.Lease) with { ExecutingSince = now }) : null;
            },
            cancellationToken);
        return reason;
    }

    private async Task<bool> CanRecordAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await sink.CatchUpAsync(cancellationToken);
            return true;
        }
        catch (AuditUnavailableException failure)
        {
            await PauseAsync(request, failure.Message, cancellationToken);
            return false;
        }
    }

    private async Task RecordEventAsync(UndoRequest applied, WriteResult.Accepted accepted, CancellationToken cancellationToken)
    {
        var workload = Workload.From(applied.Plan.ResourceType, accepted.Workload);
        var written = UndoMarkers.Event(applied, workload, time.GetUtcNow());
        if (await writer.RecordEventAsync(applied, written, cancellationToken) is { } failure)
            LogNoEvent(logger, applied.Id, failure.Message);
    }

    private async Task PauseAsync(UndoRequest request, string why, CancellationToken cancellationToken)
    {
        LogWaiting(logger, request.Id, why);
        await Task.Delay(times.Retry, time, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} is approved and waits to be carried out: {Why}")]
    private static partial void LogWaiting(ILogger logger, string requestId, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} is applied; its Event could not be recorded: {Why}")]
    private static partial void LogNoEvent(ILogger logger, string requestId, string why);
}
