using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>Watches the rollout of an applied undo to its end, and for a while longer whether it stays healthy.</summary>
internal sealed class RolloutFollower(
    ApprovalBroker broker,
    IClusterReader cluster,
    WorkloadReader workloads,
    StuckPodRelease release,
    OwnershipReturn ownership,
    RequestHold hold,
    UndoProbes probes,
    ExecutorTimes times,
    TimeProvider time)
{
    /// <summary>Ends when the rollout does, or when another process holds the request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mayWrite">Whether it may delete the pods that the plan names, and hand the undo's fields over.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public async Task FollowAsync(UndoRequest request, bool mayWrite, CancellationToken cancellationToken)
    {
        using var span = UndoTelemetry.StartLinked("undo rollout", request);
        var events = new KnownEvents();
        while (await hold.KeepAsync(request, cancellationToken) is { } held)
        {
            var looked = time.GetUtcNow();
            var snapshot = await workloads.ReadRolloutAsync(request.Plan.Workload, Freshness.Latest, cancellationToken);
            if (held.IsSettled)
            {
                await VerifyAsync(held, snapshot, events, cancellationToken);
                await PauseAsync(held, snapshot, cancellationToken);
                continue;
            }

            if (snapshot.Succeeded)
            {
                if (await release.SettleAsync(held, snapshot.Value.History, cancellationToken) is not { } settled)
                    continue;
                held = settled;
            }

            // What is deleted is deleted by this look, before anything else takes time.
            var outcome = Judge(held, snapshot, time.GetUtcNow());
            if (mayWrite && snapshot.Succeeded && outcome is { Rollout: UndoRollout.Progressing })
                await release.DeleteNextAsync(held, snapshot.Value.History, looked, cancellationToken);
            if (mayWrite && snapshot.Succeeded)
                await ownership.HandOverAsync(held, snapshot.Value.Workload, cancellationToken);
            if (outcome is not null)
                await RecordAsync(held, await ExplainAsync(held, outcome, snapshot, events, cancellationToken), cancellationToken);
            await PauseAsync(held, snapshot, cancellationToken);
        }
    }

    private Task PauseAsync(UndoRequest held, ClusterAnswer<RolloutSnapshot> snapshot, CancellationToken cancellationToken)
    {
        // The end of a watch is kept to, whatever the cluster has to tell by then.
        var left = held.Outcome?.Verification?.Until - time.GetUtcNow();
        var reread = left > TimeSpan.Zero && left < times.Reread ? left.Value : times.Reread;
        return snapshot.Succeeded
            ? WorkloadChange.WaitAsync(cluster, snapshot.Value.Workload, reread, times.Retry, time, cancellationToken)
            : Task.Delay(times.Retry, time, cancellationToken);
    }

    private async Task VerifyAsync(
        UndoRequest held, ClusterAnswer<RolloutSnapshot> snapshot, KnownEvents events, CancellationToken cancellationToken)
    {
        var (now, outcome) = (time.GetUtcNow(), held.Outcome!);
        if (Watched(held, outcome.Verification!, snapshot, now) is not { } watch)
            return;
        watch = await probes.AskAfterAsync(held, watch, cancellationToken);
        outcome = outcome with { Verification = watch };
        if (watch.State == VerificationState.Worse)
            outcome = await ExplainAsync(
                held, outcome with { At = now, Problems = snapshot.Value!.CurrentProblems }, snapshot, events, cancellationToken);
        await broker.ChangeAsync(
            held.Id,
            found => found.IsStillHeldAs(held) && found.Outcome?.Verification?.Shown() != watch.Shown()
                ? LaterTransitions.Verified(found, outcome)
                : null,
            cancellationToken);
    }

    // Null: nothing is known that was not known before.
    private static Verification? Watched(
        UndoRequest held, Verification watch, ClusterAnswer<RolloutSnapshot> snapshot, DateTimeOffset now)
    {
        if (snapshot.Succeeded)
        {
            var superseder = UndoVerdict.Superseder(
                snapshot.Value.Workload, held.Plan.Uid, held.StandingDigest, held.Id);
            return superseder is null ? watch.Look(snapshot.Value, now) : watch.Broken(now, superseder);
        }

        return snapshot.Failure.Kind == ClusterFailureKind.NotFound ? watch.Broken(now, "The workload is gone.")
            : watch.IsTooLate(now) ? watch.Broken(now, snapshot.Failure.Message)
            : null;
    }

    private UndoOutcome? Judge(UndoRequest request, ClusterAnswer<RolloutSnapshot> snapshot, DateTimeOffset now)
    {
        var elapsed = now - StuckPodActions.LastStep(request);
        if (!snapshot.Succeeded)
        {
            return snapshot.Failure.Kind == ClusterFailureKind.NotFound
                ? new UndoOutcome($"{request.Plan.Workload} was deleted after the undo.", now, UndoRollout.Superseded)
                : elapsed >= times.Abandon
                    ? new UndoOutcome($"The rollout could not be read any more: {snapshot.Failure.Message}", now, UndoRollout.Degraded)
                    : null;
        }

        var problems = snapshot.Value.CurrentProblems;
        var verdict = UndoVerdict.Judge(
            snapshot.Value.Workload, request.Plan.Uid, request.StandingDigest, request.Id, problems, elapsed,
            times.DeadlineOf(snapshot.Value.Workload),
            StuckPodActions.Waiting(request, snapshot.Value.History));
        return new UndoOutcome(verdict.Message, now, verdict.Rollout, snapshot.Value.CurrentRevision, problems)
        {
            Verification = verdict.Rollout == UndoRollout.Healthy && request.VerifyFor > TimeSpan.Zero
                ? Verification.Begin(snapshot.Value, now, request.VerifyFor)
                : null,
        };
    }

    // The Events are worth a request where something is wrong, when it takes its time, and at the end: what holds it up may stand in them
    // alone, and is part of the verdict then.
    private async Task<UndoOutcome> ExplainAsync(
        UndoRequest held,
        UndoOutcome outcome,
        ClusterAnswer<RolloutSnapshot> snapshot,
        KnownEvents events,
        CancellationToken cancellationToken)
    {
        if (!snapshot.Succeeded)
            return outcome;
        var isOver = outcome.Rollout != UndoRollout.Progressing;
        if (events.ReadAt == default && outcome.Problems is not { Count: > 0 })
            events.ReadAt = outcome.At;
        if (isOver || outcome.At >= events.ReadAt + times.Events)
            (events.ReadAt, events.Known) = (outcome.At, await workloads.ReadEventsAsync(held.Plan.Workload, cancellationToken));

        var since = held.ExecutingSince ?? held.CreatedAt;
        var pods = PodReport.Of(snapshot.Value, events.Known.OfPods, since);
        if (outcome.Rollout == UndoRollout.Superseded || snapshot.Value.Status.State == RolloutState.Complete)
            return outcome with { Pods = pods };
        var explained = snapshot.Value.Explained(events.Known.All, outcome.At, since);
        return held.IsSettled
            ? outcome with { Problems = explained.CurrentProblems, Pods = pods }
            : Told(Judge(held, explained, outcome.At)!, Stall.Sentence(explained)) with { Pods = pods };
    }

    // At its end the verdict says why itself.
    private static UndoOutcome Told(UndoOutcome outcome, string? stall) =>
        outcome.Rollout == UndoRollout.Progressing && stall is not null
            ? outcome with { Message = $"{outcome.Message} {stall}" }
            : outcome;

    private async Task RecordAsync(UndoRequest request, UndoOutcome outcome, CancellationToken cancellationToken)
    {
        await broker.ChangeAsync(
            request.Id,
            found => found.IsStillHeldAs(request) && !IsSameNews(found.Outcome, outcome)
                ? ExecutionTransitions.Rollout(found, outcome)
                : null,
            cancellationToken);
    }

    private static bool IsSameNews(UndoOutcome? before, UndoOutcome now) =>
        before is not null && before.Rollout == now.Rollout && before.Message == now.Message && before.Revision == now.Revision
        && Reasons(before).SetEquals(Reasons(now))
        && (before.Pods?.Revisions ?? []).SequenceEqual(now.Pods?.Revisions ?? [])
        && before.Pods?.Advice == now.Pods?.Advice;

    private static HashSet<(string, string?, string)> Reasons(UndoOutcome outcome) =>
        [.. (outcome.Problems ?? []).Select(problem => (problem.Pod, problem.Container, problem.Reason))];

    /// <summary>The Events of the namespace as they were last read.</summary>
    private sealed class KnownEvents
    {
        public DateTimeOffset ReadAt { get; set; }

        public RolloutEvents Known { get; set; } = new([], []);
    }
}
