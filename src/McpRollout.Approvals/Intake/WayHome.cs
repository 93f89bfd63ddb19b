using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>
/// The way back of an undo that did no good: a request like any other, back to the template that ran before it. It is made for a person who
/// wants it and changes nothing by itself.
/// </summary>
internal sealed class WayHome(UndoIntake intake, WorkloadReader workloads)
{
    /// <summary>Whether the undo ended in a way that somebody may want to take back.</summary>
    public static bool IsWanted(UndoRequest request) =>
        request is
        {
            State: RequestState.Applied, IsSettled: true, Plan.IsRelease: false,
            Outcome: { Rollout: UndoRollout.Degraded } or { GotWorse: true },
        };

    /// <summary>Makes the request, or finds it open.</summary>
    /// <param name="undo">The undo to take back; <see cref="IsWanted"/>.</param>
    /// <param name="person">Who wants it; null where nobody has to sign in.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<IntakeResult> PrepareAsync(UndoRequest undo, string? person, CancellationToken cancellationToken)
    {
        var read = await workloads.ReadHistoryAsync(undo.Plan.Workload, Freshness.Latest, cancellationToken);
        if (!read.Succeeded)
            return new IntakeRefusal.ClusterFailed(read.Failure);
        var (history, workload) = (read.Value, undo.Plan.Workload);
        if (history.Current is not { } current)
            return new IntakeRefusal.NotSettled(workload);
        if (history.Workload.TemplateDigest != undo.StandingDigest)
            return new IntakeRefusal.NotCurrent(workload, undo.Outcome?.Revision ?? undo.Plan.ToRevision, current.Number);
        if (Before(undo, history) is not { } before)
        {
            return new IntakeRefusal.NoSuchRevision(
                workload, undo.Plan.FromRevision, [.. history.Revisions.Select(revision => revision.Number)]);
        }

        // Who asked for the undo counts as who asks for its way back, where rules keep those from approving.
        return await intake.AskAsync(
            new IntakeInput(workload, before.Number, current.Number, Reason(undo), undo.Requester.OnPage(), undo.Plan.Uid)
            {
                VerifyFor = undo.VerifyFor,
                WayHome = new WayHomeOf(undo.Id, person),
            },
            cancellationToken);
    }

    // A revision keeps its template, not its number: who went back and forth meanwhile has renumbered it.
    private static Revision? Before(UndoRequest undo, RevisionHistory history) => history.Revisions
        .Where(revision => history.IsOrigin(revision, undo.Plan.FromDigest, undo.Plan.FromRevision))
        .MaxBy(revision => revision.Number);

    // Words of the cluster stay on the undo's own page, where they are shown as such.
    private static string Reason(UndoRequest undo) =>
        $"The way back of {undo.Id}, which {(undo.Outcome!.GotWorse ? "was healthy and got worse" : "did not become healthy")}.";
}
