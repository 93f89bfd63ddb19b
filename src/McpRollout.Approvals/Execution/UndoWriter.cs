using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// The one class that writes to a cluster. It takes an <see cref="ApprovedUndo"/>, an <see cref="ApprovedOwnerChange"/> or an
/// <see cref="ApprovedDeletion"/>, uses it up, or a <see cref="FencedUndo"/> or an <see cref="ApprovedHandover"/>, and writes nothing
/// before the record that announces it is durable.
/// </summary>
internal sealed class UndoWriter(IClusterWriter cluster, IAuditSink sink, TimeProvider time, IReleaseWriter? releases = null)
{
    /// <summary>Sends the guarded patch, once.</summary>
    /// <param name="undo">The ticket.</param>
    /// <param name="patch">The JSON Patch.</param>
    /// <param name="notAfter">The wall clock's time from which on others may take the patch for lost: a machine that slept until then sends
    /// nothing.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="AuditUnavailableException">The record could not be made durable; nothing was sent, and the undo can be tried
    /// again.</exception>
    public async Task<WriteResult> PatchAsync(ApprovedUndo undo, ReadOnlyMemory<byte> patch, DateTimeOffset notAfter,
        CancellationToken cancellationToken)
    {
        await sink.CatchUpAsync(cancellationToken);
        if (time.GetUtcNow() >= notAfter)
            return new WriteResult.NotTaken(new ClusterFailure(ClusterFailureKind.Conflict,
                "The lease ran out before the patch could be sent. Nothing was sent to the cluster."));
        if (!undo.TryUse())
            throw new InvalidOperationException($"The approval of {undo.Request.Id} was used already.");
        return await PatchAsync(token => cluster.PatchWorkloadAsync(undo.Request.Plan.Workload, patch, token), cancellationToken);
    }

    /// <summary>Has helm roll the plan's release back, once.</summary>
    /// <param name="undo">The ticket.</param>
    /// <param name="driver">What Helm keeps the release in.</param>
    /// <param name="notAfter">The wall clock's time from which on the look at the release is too old to act upon.</param>
    /// <param name="cancellationToken">Gives it up while nothing is started.</param>
    /// <exception cref="AuditUnavailableException">The record could not be made durable; helm was not run.</exception>
    public async Task<HelmRun> BeginRollbackAsync(
        ApprovedUndo undo, ReleaseDriver driver, DateTimeOffset notAfter, CancellationToken cancellationToken)
    {
        await sink.CatchUpAsync(cancellationToken);
        if (releases is null || time.GetUtcNow() >= notAfter)
            return HelmRun.NotBegun("The look at the release became too old before helm could be run.");
        if (!undo.TryUse())
            throw new InvalidOperationException($"The approval of {undo.Request.Id} was used already.");
        var plan = undo.Request.Plan;
        return await releases.BeginRollbackAsync(plan.Namespace, plan.Name, plan.ToRevision, driver, cancellationToken);
    }

    /// <summary>Sends the guarded patch that pauses or resumes the plan's owner, once.</summary>
    /// <param name="change">The ticket.</param>
    /// <param name="patch">The JSON Patch.</param>
    /// <param name="notAfter">The wall clock's time from which on the look at the owner is too old to act upon.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="AuditUnavailableException">The record could not be made durable; nothing was sent.</exception>
    public async Task<WriteResult> PatchOwnerAsync(
        ApprovedOwnerChange change, ReadOnlyMemory<byte> patch, DateTimeOffset notAfter, CancellationToken cancellationToken)
    {
        await sink.CatchUpAsync(cancellationToken);
        if (time.GetUtcNow() >= notAfter)
            return new WriteResult.NotTaken(new ClusterFailure(ClusterFailureKind.Conflict,
                $"The look at the owner became too old before it could be {change.Done}. Nothing was sent to the cluster."));
        if (!change.TryUse())
            throw new InvalidOperationException($"The patch by which the owner of {change.Request.Id} is {change.Done} was sent already.");
        return await PatchAsync(token => cluster.PatchOwnerAsync(change.Owner, patch, token), cancellationToken);
    }

    /// <summary>Makes every patch impossible that was sent before: it changes an annotation, and with it the <c>resourceVersion</c> that
    /// each of them tests.</summary>
    /// <returns>Why it is not known to have arrived; null if it has.</returns>
    /// <exception cref="AuditUnavailableException">The record could not be made durable; nothing was sent.</exception>
    public async Task<ClusterFailure?> FenceAsync(FencedUndo fence, CancellationToken cancellationToken)
    {
        await sink.CatchUpAsync(cancellationToken);
        try
        {
            var (plan, patch) = (fence.Request.Plan, UndoPatch.Fence(fence.Request.Plan.Uid, UndoMarkers.Fence(fence.Request)));
            return (await cluster.FenceWorkloadAsync(plan.Workload, patch, cancellationToken)).Failure;
        }
        catch (OperationCanceledException)
        {
            return new ClusterFailure(ClusterFailureKind.AnswerLost, "The cluster did not answer the fence in time.");
        }
    }

    /// <summary>Gives the fields that the undo wrote to whoever applies the template.</summary>
    /// <returns>Why it is not known to have arrived; null if it has.</returns>
    /// <exception cref="AuditUnavailableException">The record could not be made durable; nothing was sent.</exception>
    public async Task<ClusterFailure?> HandOverAsync(ApprovedHandover handover, CancellationToken cancellationToken)
    {
        await sink.CatchUpAsync(cancellationToken);
        try
        {
            return (await cluster.PatchWorkloadAsync(handover.Request.Plan.Workload, handover.Handover.Patch, cancellationToken)).Failure;
        }
        catch (OperationCanceledException)
        {
            return new ClusterFailure(ClusterFailureKind.AnswerLost, "The cluster did not answer in time.");
        }
    }

    /// <summary>Deletes a pod as it was last seen, with the time that the pod itself asks for to end.</summary>
    /// <param name="deletion">The ticket.</param>
    /// <param name="resourceVersion">As it was last seen: the API server refuses if it has changed since.</param>
    /// <param name="notAfter">The wall clock's time from which on that look is too old to act upon.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <returns>Why it is not known to be deleted; null if it is.</returns>
    /// <exception cref="AuditUnavailableException">The record could not be made durable; nothing was sent.</exception>
    public async Task<ClusterFailure?> DeletePodAsync(
        ApprovedDeletion deletion, string resourceVersion, DateTimeOffset notAfter, CancellationToken cancellationToken)
    {
        await sink.CatchUpAsync(cancellationToken);
        if (time.GetUtcNow() >= notAfter)
            return new ClusterFailure(ClusterFailureKind.Conflict,
                "The look at the StatefulSet became too old before the deletion could be sent. Nothing was sent to the cluster.");
        if (!deletion.TryUse())
            throw new InvalidOperationException($"The deletion of {deletion.Pod.Name} for {deletion.Request.Id} was sent already.");
        try
        {
            var (plan, pod) = (deletion.Request.Plan, deletion.Pod);
            return (await cluster.DeletePodAsync(plan.Namespace, pod.Name, pod.Uid, resourceVersion, cancellationToken)).Failure;
        }
        catch (OperationCanceledException)
        {
            return new ClusterFailure(ClusterFailureKind.AnswerLost, "The cluster did not answer the deletion in time.");
        }
    }

    /// <summary>Tells of an applied undo in the namespace's events. What the undo did is on record without it, so a failure is only
    /// reported.</summary>
    public async Task<ClusterFailure?> RecordEventAsync(UndoRequest applied, JsonObject @event, CancellationToken cancellationToken)
    {
        if (applied.State != RequestState.Applied)
            throw new ArgumentException("Only an applied undo is told of.", nameof(applied));
        return (await cluster.CreateEventAsync(applied.Plan.Namespace, @event, cancellationToken)).Failure;
    }

    private static async Task<WriteResult> PatchAsync(
        Func<CancellationToken, Task<ClusterAnswer<JsonElement>>> send, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await send(cancellationToken);
            return answer.Succeeded ? new WriteResult.Accepted(answer.Value) : Judge(answer.Failure);
        }
        catch (OperationCanceledException)
        {
            return new WriteResult.Lost(new ClusterFailure(ClusterFailureKind.AnswerLost, "The cluster did not answer the patch in time."));
        }
    }

    private static WriteResult Judge(ClusterFailure failure) => failure.Kind switch
    {
        ClusterFailureKind.Invalid when failure is { StatusCode: 422, Reason: "Invalid", HasDetails: false } =>
            new WriteResult.Moved(failure),
        ClusterFailureKind.NotFound => new WriteResult.Moved(failure),
        ClusterFailureKind.Unreachable or ClusterFailureKind.TooManyRequests or ClusterFailureKind.Conflict =>
            new WriteResult.NotTaken(failure),
        ClusterFailureKind.AnswerLost or ClusterFailureKind.ServerError or ClusterFailureKind.Unexpected => new WriteResult.Lost(failure),
        _ => new WriteResult.Refused(failure.Message),
    };
}
