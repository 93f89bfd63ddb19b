using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Passkeys;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Broker;

/// <summary>Holds each undo until people have decided. Every surface decides through it, so that none can differ.</summary>
internal sealed partial class ApprovalBroker(
    RequestStore store,
    ApproverDirectory approvers,
    DecisionProofs proofs,
    PolicySource policies,
    IAuditSink sink,
    IOptions<LimitOptions> limits,
    TimeProvider time,
    ILogger<ApprovalBroker> logger)
{
    /// <summary>How many of the inbox's requests are kept in sight.</summary>
    private const int RecentLimit = 50;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>The request, or null. One whose time has just run out is expired first.</summary>
    public async Task<UndoRequest?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var request = await store.FindAsync(id, cancellationToken);
        return request is null || DecisionTransitions.Expire(request, time.GetUtcNow()) is null
            ? request
            : await ChangeAsync(id, found => DecisionTransitions.Expire(found, time.GetUtcNow()), cancellationToken);
    }

    /// <inheritdoc cref="RequestStore.SnapshotOfAsync"/>
    public Task<RequestSnapshot?> SnapshotOfAsync(UndoRequest request, CancellationToken cancellationToken) =>
        store.SnapshotOfAsync(request, cancellationToken);

    /// <summary>Open and recent requests, newest first.</summary>
    public Task<IReadOnlyList<UndoRequest>> ListRecentAsync(CancellationToken cancellationToken) =>
        store.ListRecentAsync(RecentLimit, cancellationToken);

    /// <summary>The request that holds this workload, or null.</summary>
    public async Task<UndoRequest?> FindOpenAsync(string server, WorkloadRef workload, CancellationToken cancellationToken) =>
        await store.FindOpenAsync(server, workload, cancellationToken) is { } open
        && await FindAsync(open.Id, cancellationToken) is { } current
        && current.State.IsOpen()
            ? current
            : null;

    /// <summary>The request before the terms that hold for it now; null once no decision is waited for.</summary>
    public async Task<ApprovalEvaluation?> EvaluateAsync(UndoRequest request, CancellationToken cancellationToken) =>
        request.State.IsUndecided() ? await JudgeAsync(request, cancellationToken) : null;

    /// <summary>Stores a new request, unless there are too many. If its workload has an open one, that one is returned instead.</summary>
    public async Task<OpenResult> OpenAsync(UndoRequest request, RequestSnapshot? snapshot, CancellationToken cancellationToken)
    {
        var opened = await store.AddAsync(
            request,
            snapshot,
            request.Asked(),
            others => RequestLimits.Reached(request, others, limits.Value),
            cancellationToken);
        await WriteThroughAsync(cancellationToken);
        return opened;
    }

    /// <summary>Takes a person's decision, if it is theirs to take. Whoever is not at a terminal is a stranger.</summary>
    public Task<DecisionResult> DecideAsync(DecisionAttempt attempt, CancellationToken cancellationToken) => DecideAsync(
        attempt,
        attempt.Surface == DecisionAttempt.Terminal ? AttemptSource.Terminal : AttemptSource.Stranger,
        cancellationToken);

    /// <summary>The same, from a source that the surface has told apart.</summary>
    public async Task<DecisionResult> DecideAsync(DecisionAttempt attempt, AttemptSource source, CancellationToken cancellationToken) =>
        UndoTelemetry.Decided(attempt, await TakeAsync(attempt, source, cancellationToken));

    private async Task<DecisionResult> TakeAsync(DecisionAttempt attempt, AttemptSource source, CancellationToken cancellationToken)
    {
        if (await FindAsync(attempt.RequestId, cancellationToken) is not { } request)
            return new(DecisionOutcome.NotFound, $"There is no request {attempt.RequestId}.");
        switch (await proofs.CheckAsync(await JudgeAsync(request, cancellationToken), attempt, source, cancellationToken))
        {
            case DecisionProof.Given given:
                return await DecideAsync(attempt, given, cancellationToken);
            case DecisionProof.Missing missing:
                await RejectAsync(attempt, missing.Result, cancellationToken);
                await Task.Delay(missing.Slowdown, time, cancellationToken);
                return missing.Result;
            default:
                throw new InvalidOperationException("DecisionProof is a closed set.");
        }
    }

    /// <summary>What a passkey has to sign for this decision with this nonce; null if there is no such request.</summary>
    public async Task<string?> StatementAsync(DecisionAttempt attempt, string nonce, CancellationToken cancellationToken) =>
        await FindAsync(attempt.RequestId, cancellationToken) is { } request
            ? DecisionStatement.Of(await JudgeAsync(request, cancellationToken), attempt, nonce)
            : null;

    /// <summary>Takes the request back for the agent. The result is the request as it now is, or null if there is none.</summary>
    public Task<UndoRequest?> CancelAsync(string id, Requester requester, string reason, CancellationToken cancellationToken) =>
        ChangeAsync(id, request => DecisionTransitions.Cancel(request, requester, reason, time.GetUtcNow()), cancellationToken);

    /// <summary>Ends the request if its time is over.</summary>
    public Task ExpireAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(id, request => DecisionTransitions.Expire(request, time.GetUtcNow()), cancellationToken);

    /// <summary>Ends the request as stale, unless it has left the state in which it was seen.</summary>
    public Task<UndoRequest?> EndAsStaleAsync(UndoRequest seen, string moved, CancellationToken cancellationToken) => ChangeAsync(
        seen.Id, found => found.State == seen.State ? ExecutionTransitions.Stale(found, moved, time.GetUtcNow()) : null, cancellationToken);

    /// <inheritdoc cref="ApprovedUndo.ClaimAsync"/>
    public Task<ApprovedUndo?> ClaimAsync(
        string id,
        string holder,
        TimeSpan lease,
        IReadOnlyDictionary<string, string>? labels,
        IReadOnlyList<Finding> findings,
        CancellationToken cancellationToken) => ApprovedUndo.ClaimAsync(this, id, holder, lease, labels, findings, cancellationToken);

    /// <inheritdoc cref="ApprovedUndo.ClaimAgainAsync"/>
    public Task<ApprovedUndo?> ClaimAgainAsync(
        UndoRequest fenced,
        TimeSpan lease,
        IReadOnlyDictionary<string, string> labels,
        IReadOnlyList<Finding> findings,
        CancellationToken cancellationToken) => ApprovedUndo.ClaimAgainAsync(this, fenced, lease, labels, findings, cancellationToken);

    /// <inheritdoc cref="FencedUndo.TakeOverAsync"/>
    public Task<FencedUndo?> TakeOverAsync(
        string id, string holder, TimeSpan lease, Func<UndoRequest, bool> isHeldByOther, CancellationToken cancellationToken) =>
        FencedUndo.TakeOverAsync(this, id, holder, lease, isHeldByOther, cancellationToken);

    /// <inheritdoc cref="ApprovedHandover.ClaimAsync"/>
    public Task<ApprovedHandover?> ClaimHandoverAsync(
        UndoRequest held, FieldHandover handover, TimeSpan lease, CancellationToken cancellationToken) =>
        ApprovedHandover.ClaimAsync(this, held, handover, lease, time, cancellationToken);

    /// <inheritdoc cref="ApprovedOwnerChange.ClaimAsync"/>
    public Task<ApprovedOwnerChange?> ClaimOwnerChangeAsync(UndoRequest held, TimeSpan lease, CancellationToken cancellationToken) =>
        ApprovedOwnerChange.ClaimAsync(this, held, lease, time, cancellationToken);

    /// <inheritdoc cref="ApprovedDeletion.ClaimAsync"/>
    public Task<ApprovedDeletion?> ClaimDeletionAsync(UndoRequest held, PodRef pod, TimeSpan lease, CancellationToken cancellationToken) =>
        ApprovedDeletion.ClaimAsync(this, held, pod, lease, time, cancellationToken);

    /// <summary>Stores what a transition makes of the request as it is at that moment, with its records. The result is the request as it
    /// then is; null if there is none.</summary>
    public async Task<UndoRequest?> ChangeAsync(
        string id, Func<UndoRequest, RequestChange?> transition, CancellationToken cancellationToken) =>
        (await ChangeAsync(id, labels: null, evaluation => transition(evaluation.Request), cancellationToken))?.Request;

    /// <summary>The same, for what depends on terms and approvers as they are at that moment. Without labels those of the time of asking
    /// hold. The transition is pure: it may be asked twice.</summary>
    public async Task<TransitionResult?> ChangeAsync(
        string id,
        IReadOnlyDictionary<string, string>? labels,
        Func<ApprovalEvaluation, RequestChange?> transition,
        CancellationToken cancellationToken)
    {
        var result = await store.ChangeAsync(id, (found, people) => transition(Evaluate(found, people, labels)), cancellationToken);
        if (result?.Change is not { } change)
            return result;
        UndoTelemetry.Changed(result.Before, change.Next, time.GetUtcNow());
        if (change.Records.Count > 0)
            await WriteThroughAsync(cancellationToken);
        return result;
    }

    /// <summary>Waits until the request is as wanted, or the limit is over. Returns it as it is then.</summary>
    public async Task<UndoRequest?> WaitAsync(string id, Func<UndoRequest, bool> until, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var seen = store.Version;
            var request = await FindAsync(id, cancellationToken);
            var left = limit - time.GetElapsedTime(started);
            if (request is null || until(request) || left <= TimeSpan.Zero)
                return request;
            var toExpiry = request.ExpiresAt - time.GetUtcNow();
            var pause = request.State.IsUndecided() && toExpiry > TimeSpan.Zero && toExpiry < left ? toExpiry : left;
            await store.WaitForChangeAsync(seen, pause, PollInterval, cancellationToken, id);
        }
    }

    private async Task<DecisionResult> DecideAsync(DecisionAttempt attempt, DecisionProof.Given proof, CancellationToken cancellationToken)
    {
        DecisionResult? refusal = null;
        var decided = await ChangeAsync(
            attempt.RequestId,
            labels: null,
            evaluation =>
            {
                refusal = DecisionTransitions.Refusal(evaluation, attempt, proof.Approver, proof.Signed);
                return refusal is null ? DecisionTransitions.Decide(evaluation, attempt, proof.Approver, proof.Signed) : null;
            },
            cancellationToken);
        if (refusal is not null)
        {
            await RejectAsync(attempt, refusal, cancellationToken);
            return refusal;
        }

        var request = decided!.Request;
        if (attempt.BreaksGlass)
            LogBreakGlass(logger, proof.Approver.Name, attempt.RequestId, request.Plan.Workload, request.Plan.Namespace);
        var unmet = (await EvaluateAsync(request, cancellationToken))?.UnmetRequirements;
        var missing = unmet is null ? "" : $" It is not enough yet: {unmet}";
        return new(DecisionOutcome.Recorded, attempt.Verdict == Verdict.Approve ? $"Approved.{missing}" : "Denied.", request);
    }

    private async Task RejectAsync(DecisionAttempt attempt, DecisionResult refused, CancellationToken cancellationToken)
    {
        var name = attempt is { SignIn: { } signIn, Passkey: null, Passphrase: "" }
            ? signIn.Approver.Name
            : await approvers.NameOnRecordAsync(attempt.Approver, cancellationToken);
        var detail = new JsonObject { ["why"] = refused.Outcome.ToName(), ["decision"] = attempt.Verdict.ToName() };
        if (refused.Fault is { } passkey)
            detail["passkey"] = passkey.ToName();
        await store.RecordAsync(
            refused.Request!.Record(AuditEvent.DecisionRejected, AuditActor.Human(name, attempt.Surface), detail), cancellationToken);
        await WriteThroughAsync(cancellationToken);
    }

    private async Task<ApprovalEvaluation> JudgeAsync(UndoRequest request, CancellationToken cancellationToken) =>
        Evaluate(request, await approvers.ListAsync(cancellationToken), labels: null);

    private ApprovalEvaluation Evaluate(UndoRequest request, IReadOnlyList<Approver> people, IReadOnlyDictionary<string, string>? labels) =>
        new(request, policies.AllFor(request, labels), people, time.GetUtcNow());

    // The store has the record already; the executor insists on the file before it touches a cluster.
    private async Task WriteThroughAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sink.CatchUpAsync(cancellationToken);
        }
        catch (AuditUnavailableException failure)
        {
            LogAuditBehind(logger, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "BREAK-GLASS: {Approver} alone approved {RequestId}, {Workload} in {Namespace}.")]
    private static partial void LogBreakGlass(ILogger logger, string approver, string requestId, WorkloadRef workload, string @namespace);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Failure} The records are kept in the store; nothing is sent to the cluster until "
        + "they can be written.")]
    private static partial void LogAuditBehind(ILogger logger, string failure);
}
