using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// Carries out an approved rollback of a release: reads again, compares with what was shown, claims, runs helm, once. A run of helm cannot
/// be fenced off, so it is never run a second time for a request: Helm's own records tell what became of the first.
/// </summary>
internal sealed partial class ReleaseExecution(
    ApprovalBroker broker,
    ReleaseReader releases,
    ReleaseOutlook outlook,
    UndoWriter writer,
    IAuditSink sink,
    HelmRuns runs,
    ExecutorTimes times,
    TimeProvider time,
    ILogger<ReleaseExecution> logger)
{
    /// <summary>Ends once Helm has made a revision of it, or it is known that it will not.</summary>
    public async Task ExecuteAsync(UndoRequest request, string holder, CancellationToken cancellationToken)
    {
        using var span = UndoTelemetry.StartLinked("undo execute", request);
        var (plan, release) = (request.Plan, ReleaseRef.Of(request.Plan.Workload));
        var read = await releases.ReadAsync(release, 1, plan.ToRevision, cancellationToken);
        if (!read.Succeeded && read.Failure.Kind != ClusterFailureKind.NotFound)
        {
            await WaitAsync(request, read.Failure.Message, cancellationToken);
            return;
        }

        if (ReleasePlanning.Moved(plan, read.Value) is { } moved)
        {
            await EndAsync(request, found => found.State == RequestState.Approved
                ? ExecutionTransitions.Stale(found, moved, time.GetUtcNow())
                : null);
            return;
        }

        var (begun, driver) = (time.GetUtcNow(), read.Value!.Current.Entry.Driver);
        var known = await outlook.ReadAsync(read.Value, read.Value.Find(plan.ToRevision)!, cancellationToken);
        if (await CanRecordAsync(request, cancellationToken)
            && await broker.ClaimAsync(request.Id, holder, times.Lease, null, known, cancellationToken) is { } undo)
            await RunAsync(undo, driver, begun + times.Look, cancellationToken);
    }

    /// <summary>Finds out what became of a run that another process began.</summary>
    /// <param name="request">The request.</param>
    /// <param name="watched">How long this process has seen the request in this state, by its own clock, which nobody sets.</param>
    /// <param name="cancellationToken">Leaves the request to whoever comes next.</param>
    public async Task ReconcileAsync(UndoRequest request, TimeSpan watched, CancellationToken cancellationToken)
    {
        var (plan, now) = (request.Plan, time.GetUtcNow());
        if (request.State == RequestState.Executing)
        {
            await EndAsync(request, found => found.State == RequestState.Executing && found.Leases == request.Leases
                ? ExecutionTransitions.Unknown(found, null, now)
                : null);
            return;
        }

        var look = await releases.ReadWithAsync(ReleaseRef.Of(plan.Workload), plan.ReleaseRevision, cancellationToken);
        var change = RollbackFates.Of(plan, look) switch
        {
            RollbackFate.Arrived => Arrived(),
            RollbackFate.Overtaken => Overtaken(plan, now),
            RollbackFate.Gone => found => ExecutionTransitions.CannotBeTold(found, now),
            RollbackFate.Open when watched >= times.LateArrival => found => ExecutionTransitions.NotRun(found, now),
            RollbackFate.Unreadable when watched >= times.Abandon =>
                found => ExecutionTransitions.CannotBeTold(found, look.Failure ?? Unreadable(plan), now),
            _ => (Func<UndoRequest, RequestChange>?)null,
        };
        if (change is null)
            await Task.Delay(look.Succeeded ? times.Poll : times.Retry, time, cancellationToken);
        else
            await EndAsync(request, found => found.State == RequestState.Unknown ? change(found) : null);

        Func<UndoRequest, RequestChange> Arrived() => found => ExecutionTransitions.Applied(
            found, $"The process that ran helm is gone; Helm has made revision {plan.ReleaseRevision} of it.", plan.ToDigest, now);
    }

    private async Task RunAsync(ApprovedUndo undo, ReleaseDriver driver, DateTimeOffset notAfter, CancellationToken cancellationToken)
    {
        var request = undo.Request;
        Task<HelmEnd> run;
        try
        {
            run = (await writer.BeginRollbackAsync(undo, driver, notAfter, cancellationToken)).End;
        }
        catch (AuditUnavailableException failure)
        {
            await EndAsync(request, found => found.State == RequestState.Executing && found.IsStillHeldAs(request)
                ? ExecutionTransitions.Of(
                    found, new WriteResult.Refused($"{failure.Message} Helm was not run: ask anew."), time.GetUtcNow())
                : null);
            return;
        }

        runs.Add(request.Id, run);
        while (!await IsToldAsync(request, run, cancellationToken))
        {
            if (!await IsStillOursAsync(request, cancellationToken))
                return;
            await Task.WhenAny(run, Task.Delay(times.Retry, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // One look, made after it is known whether helm goes on.
    private async Task<bool> IsToldAsync(UndoRequest request, Task<HelmEnd> run, CancellationToken cancellationToken)
    {
        var end = run.IsCompleted ? await run : null;
        var plan = request.Plan;
        var look = await releases.ReadWithAsync(ReleaseRef.Of(plan.Workload), plan.ReleaseRevision, cancellationToken);
        var now = time.GetUtcNow();
        var change = RollbackFates.Of(plan, look) switch
        {
            RollbackFate.Arrived => found => ExecutionTransitions.Applied(
                found, $"Helm has made revision {plan.ReleaseRevision} of it.", plan.ToDigest, now),
            RollbackFate.Overtaken when end is not null => Overtaken(plan, now),
            RollbackFate.Open or RollbackFate.Gone when end is not null => found => ExecutionTransitions.Of(
                found, new WriteResult.Refused($"Helm made no revision of it, and so changed nothing. {Said(end)}"), now),
            _ => (Func<UndoRequest, RequestChange>?)null,
        };
        if (change is not null)
            await EndAsync(request, found => found.State is RequestState.Executing or RequestState.Unknown ? change(found) : null);
        return change is not null;
    }

    private async Task<bool> IsStillOursAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var ours = await broker.ChangeAsync(
            request.Id,
            found => found.State == RequestState.Executing && found.IsStillHeldAs(request)
                ? new RequestChange(found.Renew(time.GetUtcNow() + times.Lease))
                : null,
            cancellationToken);
        return ours is { State: RequestState.Executing } && ours.IsStillHeldAs(request);
    }

    private static Func<UndoRequest, RequestChange> Overtaken(UndoPlan plan, DateTimeOffset now) => found => ExecutionTransitions.Stale(
        found, $"Somebody else made revision {plan.ReleaseRevision} of {plan.Workload} first, so that Helm did not begin.", now);

    private static ClusterFailure Unreadable(UndoPlan plan) =>
        new(ClusterFailureKind.Unexpected, $"The record of revision {plan.ReleaseRevision} cannot be read.");

    /// <summary>What helm said at its end.</summary>
    public static string Said(HelmEnd end) => end.ExitCode is null ? end.Words
        : $"It ended with exit code {end.ExitCode}{(end.Words.Length == 0 ? "." : $" and said: {VisibleText.Quoted(end.Words)}")}";

    private Task<UndoRequest?> EndAsync(UndoRequest request, Func<UndoRequest, RequestChange?> change) =>
        broker.ChangeAsync(request.Id, change, CancellationToken.None);

    private async Task<bool> CanRecordAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await sink.CatchUpAsync(cancellationToken);
            return true;
        }
        catch (AuditUnavailableException failure)
        {
            await WaitAsync(request, failure.Message, cancellationToken);
            return false;
        }
    }

    private async Task WaitAsync(UndoRequest request, string why, CancellationToken cancellationToken)
    {
        LogWaiting(logger, request.Id, why);
        await Task.Delay(times.Retry, time, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} is approved and waits to be carried out: {Why}")]
    private static partial void LogWaiting(ILogger logger, string requestId, string why);
}
