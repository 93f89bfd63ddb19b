using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>The end of an undo's pause: a request like any other, prepared for a person who wants it. It changes nothing by
/// itself.</summary>
internal sealed class OwnerResumption(ResumeIntake intake, WorkloadReader workloads)
{
    /// <summary>Whether the undo paused an owner, and is over.</summary>
    public static bool IsWanted(UndoRequest undo) => undo is { PausedAt: not null, Plan.Pause: not null } && !undo.State.IsOpen();

    /// <summary>Makes the request, or finds it open.</summary>
    /// <param name="undo">The undo that paused the owner; <see cref="IsWanted"/>.</param>
    /// <param name="person">Who wants it; null where nobody has to sign in.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<IntakeResult> PrepareAsync(UndoRequest undo, string? person, CancellationToken cancellationToken)
    {
        var workload = undo.Plan.Workload;
        var read = await workloads.ReadHistoryAsync(workload, Freshness.Latest, cancellationToken);
        if (!read.Succeeded)
            return new IntakeRefusal.ClusterFailed(read.Failure);
        if (read.Value.Current is not { } current)
            return new IntakeRefusal.NotSettled(workload);

        // Who asked for the undo counts as who asks for its end, where rules keep those from approving.
        return await intake.AskAsync(
            new IntakeInput(
                workload, current.Number, current.Number, $"{undo.Id} paused {undo.Plan.Pause!.Owner}, which is to be resumed.",
                undo.Requester.OnPage(), undo.Plan.Uid)
            {
                ResumeOwner = true,
                WayHome = new WayHomeOf(undo.Id, person),
            },
            cancellationToken);
    }
}
