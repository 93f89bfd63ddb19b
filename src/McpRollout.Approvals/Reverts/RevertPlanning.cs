using McpRollout.Approvals.Git;

namespace McpRollout.Approvals.Reverts;

/// <summary>Finds the commit whose revert an undo opens. What it does not find in time is left to people; it never stands in an undo's
/// way.</summary>
internal sealed class RevertPlanning(GitHosts hosts, IClusterReader cluster, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>What an approval binds of the revert, and what is told of it; both null where no host is set.</summary>
    /// <param name="owner">The owner that the undo pauses; null if it pauses none.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<(PlannedRevert? Revert, RevertOutlook? Outlook)> PlanAsync(Owner? owner, CancellationToken cancellationToken)
    {
        if (owner is null || !hosts.AreSet)
            return (null, null);
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await FindAsync(owner, either.Token) switch
            {
                RevertSearch.Found found => (found.Revert, new(true, $"{RevertText.Commit(found.Revert)} was the last to change "
                    + $"{(found.Revert.Path is { } path ? ShownValue.Name(path) : "anything")} in {found.Revert.Place}, as of what "
                    + $"{owner.Ref} brought. Once the undo is applied, a {found.Revert.What} that reverts it is opened there.")),
                RevertSearch.Nothing nothing => (null, ByHand(owner, nothing.Why)),
                _ => throw new InvalidOperationException("Searches end in one of two ways."),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, ByHand(owner, $"its host did not answer within {Patience.TotalSeconds:0} seconds"));
        }
    }

    private async Task<RevertSearch> FindAsync(Owner owner, CancellationToken cancellationToken)
    {
        var source = OwnerSource.Of(owner);
        if (source is OwnerSource.OfFlux flux)
        {
            var read = await cluster.GetGitRepositoryAsync(flux.Namespace, flux.Name, cancellationToken);
            source = read.Succeeded ? flux.With(read.Value) : new OwnerSource.Untold(
                $"GitRepository {ShownValue.Name(flux.Namespace)}/{ShownValue.Name(flux.Name)} could not be read");
        }

        if (source is not OwnerSource.Git git)
            return new RevertSearch.Nothing(((OwnerSource.Untold)source).Why);
        if (RepositoryAddress.Of(git.Url) is not { } repository)
            return new RevertSearch.Nothing("the address of its repository names no repository on a host");
        return hosts.For(repository) is { } host
            ? await host.FindAsync(repository.Path, git, cancellationToken)
            : new RevertSearch.Nothing($"Git:Hosts does not cover {repository}");
    }

    private static RevertOutlook ByHand(Owner owner, string why) =>
        new(false, $"No revert can be opened of what {owner.Ref} brought: {why}.");
}
