namespace McpRollout.Approvals.Intake;

/// <summary>Finds the owner that an undo is asked to pause, and what would keep the pause from holding.</summary>
internal sealed class PausePlanning(IClusterReader cluster, OwnerReader owners)
{
    /// <summary>The owner to pause; both null where no pause is asked for.</summary>
    /// <param name="ask">The wish.</param>
    /// <param name="workload">The workload as it was read.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public async Task<(Owner? Owner, IntakeRefusal? Refusal)> PlanAsync(
        IntakeInput ask, Workload workload, CancellationToken cancellationToken)
    {
        if (!ask.PauseOwner)
            return (null, null);
        if (owners.Of(workload) is not { } named)
            return (null, Nothing(ask, $"No mark of Argo CD or Flux on {ask.Workload} names an owner."));
        var read = await owners.ReadAsync(named, ask.Workload, cancellationToken);
        if (!read.Succeeded)
            return (null, read.Failure.Kind == ClusterFailureKind.NotFound
                ? Nothing(ask, $"{named}, which a mark on {ask.Workload} names, is not there or does not list it.")
                : new IntakeRefusal.ClusterFailed(read.Failure));
        var owner = read.Value;
        if (!owner.PutsBack)
            return (null, Nothing(ask, $"{named} puts nothing back by itself: it is paused, or is synced by hand."));
        var resumer = await owners.ResumerOfAsync(owner, cancellationToken);
        if (!resumer.Succeeded)
            return (null, new IntakeRefusal.ClusterFailed(resumer.Failure));
        if (resumer.Value.Name is { } name)
            return (null, new IntakeRefusal.OwnerResumed(named, name));
        return await RehearseAsync(ask, owner, cancellationToken);
    }

    // What the cluster makes of the pause is looked at: a definition that is older than the field drops it without a word.
    private async Task<(Owner? Owner, IntakeRefusal? Refusal)> RehearseAsync(
        IntakeInput ask, Owner owner, CancellationToken cancellationToken)
    {
        var access = await cluster.MayPatchOwnerAsync(owner.Ref, cancellationToken);
        if (!access.Succeeded)
            return (null, new IntakeRefusal.ClusterFailed(access.Failure));
        if (!access.Value.Allowed)
            return (null, new IntakeRefusal.OwnerNotPermitted(owner.Ref, access.Value.Reason));
        var rehearsed = await cluster.DryRunOwnerAsync(owner.Ref, OwnerPatch.Pause(owner, UndoPlanning.Rehearsal), cancellationToken);
        if (!rehearsed.Succeeded)
        {
            return (null,
                rehearsed.Failure.Kind is ClusterFailureKind.Invalid or ClusterFailureKind.Forbidden or ClusterFailureKind.Conflict
                ? new IntakeRefusal.DryRunRefused(rehearsed.Failure)
                : new IntakeRefusal.ClusterFailed(rehearsed.Failure));
        }

        return new Owner(owner.Ref, rehearsed.Value).PutsBack
            ? (null, Nothing(ask, $"The cluster's {owner.Ref.Kind.ToPlural()} have no field by which they could be paused."))
            : (owner, null);
    }

    private static IntakeRefusal.NothingToPause Nothing(IntakeInput ask, string why) => new(ask.Workload, why);
}
