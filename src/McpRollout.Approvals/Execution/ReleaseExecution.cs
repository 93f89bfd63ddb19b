using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// Carries out an approved rollback of a release: reads again, compares with what was shown, claims, runs helm, once. A run of helm cannot
/// be fenced off, so it is never run a second time for a request: Helm's own records tell what became of the first.
/// </summary>
internal sealed class ReleaseExecution(
    ApprovalBroker broker,
    ReleaseReader releases,
    ReleaseOutlook outlook,
    ReleaseCommands commands,
    ClusterScope scope,
    UndoWriter writer,
    ExecutionWait wait,
    HelmRuns runs,
    ExecutorTimes times,
    TimeProvider time)
{
    private const int LongestWords = 1000;
    private const int LongestMasked = 4000;

    /// <summary>Ends once Helm has made a revision of it, or it is known that it will not.</summary>
    public async Task ExecuteAsync(UndoRequest request, string holder, CancellationToken cancellationToken)
    {
        using var span = UndoTelemetry.StartLinked("undo execute", request);
        if (await LookAsync(request, cancellationToken) is not { } seen)
            return;
        var known = await outlook.ReadAsync(seen, seen.Find(request.Plan.ToRevision)!, cancellationToken);
        var begun = time.GetUtcNow();
        if (await wait.CanRecordAsync(request, cancellationToken)
            && await LookAsync(request, cancellationToken) is { } last
            && await broker.ClaimAsync(request.Id, holder, times.Lease, null, known, cancellationToken) is { } undo)
            await RunAsync(undo, last, begun + times.Write, cancellationToken);
    }

    /// <summary>Finds out what became of a run that another process began.</summary>
    /// <param name="request">The request.</param>
    /// <param name="watched">How long this process has seen the request in this state, by its own clock, which nobody sets.</param>
    /// <param name="cancellationToken">Leaves the request to whoever comes next.</param>
    public async Task ReconcileAsync(UndoRequest request, TimeSpan watched, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (request.State == RequestState.Executing)
        {
            await EndAsync(request, found => found.State == RequestState.Executing && found.Leases == request.Leases
                ? ExecutionTransitions.Unknown(found, null, now)
                : null);
            return;
        }

        var look = await releases.ReadSinceAsync(ReleaseRef.Of(request.Plan.Workload), request.Plan.FromRevision, cancellationToken);
        var isOver = watched >= times.Abandon
            || (watched >= times.LateArrival && !runs.IsRunning(request.Id) && RollbackFates.Of(request.Plan, look).Fate
                != RollbackFate.Unreadable);
        var told = RollbackTelling.Of(request.Plan, look, runs.EndOf(request.Id), hasEnded: isOver);
        if (told is null)
            await Task.Delay(times.Retry, time, cancellationToken);
        else
            await EndAsync(request, found => found.State == RequestState.Unknown ? told.Change(found, now) : null);
    }

    // Null: it is ended, or left to be looked at again.
    private async Task<ReleaseHistory?> LookAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var plan = request.Plan;
        var read = await releases.ReadWithAsync(ReleaseRef.Of(plan.Workload), plan.ToRevision, cancellationToken);
        if (!read.Succeeded && read.Failure.Kind != ClusterFailureKind.NotFound)
        {
            await wait.ForAsync(request, read.Failure.Message, cancellationToken);
            return null;
        }

        if (ReleasePlanning.Moved(plan, read.Value) is { } moved)
        {
            await broker.EndAsStaleAsync(request, moved, CancellationToken.None);
            return null;
        }

        // Another server of this store may have helm, and may speak of more.
        var lacking = !commands.IsInstalled() ? $"{commands.Program} is not installed on this server."
            : ReleasePlanning.Outside(read.Value!, read.Value!.Find(plan.ToRevision)!, scope).Count > 0
                ? "It reaches further than this server may speak of (Cluster:Namespaces)."
            : null;
        if (lacking is null)
            return read.Value;
        await wait.ForAsync(request, lacking, cancellationToken);
        return null;
    }

    private async Task RunAsync(
        ApprovedUndo undo, ReleaseHistory seen, DateTimeOffset notAfter, CancellationToken cancellationToken)
    {
        var (request, driver) = (undo.Request, seen.Current.Entry.Driver);
        Task<HelmEnd> run;
        try
        {
            var begun = await writer.BeginRollbackAsync(undo, driver, notAfter, cancellationToken);
            run = WithoutSecretsAsync(begun.End, ReleaseSecrets.Of(seen));
        }
        catch (AuditUnavailableException failure)
        {
            await EndAsync(request, found => found.State == RequestState.Executing && found.IsStillHeldAs(request)
                ? LaterTransitions.RollbackFailed(
                    found, $"{failure.Message} Helm was not run, and nothing was changed: ask anew.", time.GetUtcNow())
                : null);
            return;
        }

        runs.Add(request.Id, run);
        var (startedAt, endedAt) = (time.GetTimestamp(), (long?)null);
        while (true)
        {
            // A look that is made after helm has ended sees all that it did.
            var end = run.IsCompleted ? await run : null;
            endedAt ??= end is null ? null : time.GetTimestamp();
            var look = await releases.ReadSinceAsync(
                ReleaseRef.Of(request.Plan.Workload), request.Plan.FromRevision, cancellationToken);
            var isLate = endedAt is { } since && time.GetElapsedTime(since) >= times.LateArrival;

            // Before its record nothing bounds helm: a credential plugin may wait for somebody.
            var hangs = time.GetElapsedTime(startedAt) >= times.RolloutDeadline;
            if (RollbackTelling.Of(
                request.Plan, look, end, hasEnded: hangs || (end is not null && (look.Succeeded || isLate))) is { } told)
            {
                await EndAsync(request, found => found.State is RequestState.Executing or RequestState.Unknown
                    ? told.Change(found, time.GetUtcNow())
                    : null);
                return;
            }

            if (!await IsStillOursAsync(request, cancellationToken))
                return;
            var pause = Task.Delay(times.Retry, time, cancellationToken);
            await (run.IsCompleted ? pause : Task.WhenAny(run, pause));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task<HelmEnd> WithoutSecretsAsync(Task<HelmEnd> run, ReleaseSecrets secrets)
    {
        var end = await run;
        return end with { Words = VisibleText.EndsOf(SecretText.Mask(Last(secrets.Mask(end.Words))), LongestWords) };
    }

    // What went wrong stands at the end.
    private static string Last(string words) => words.Length <= LongestMasked ? words : words[^LongestMasked..];

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

    private Task<UndoRequest?> EndAsync(UndoRequest request, Func<UndoRequest, RequestChange?> change) =>
        broker.ChangeAsync(request.Id, change, CancellationToken.None);
}
