using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Broker;

/// <summary>An owner that an undo paused.</summary>
/// <param name="By">The request, carried out or not.</param>
/// <param name="IsKnown">Whether the cluster says that it is paused still; false where the cluster did not say anything.</param>
internal sealed record PausedOwner(UndoRequest By, bool IsKnown)
{
    /// <summary>The owner.</summary>
    public OwnerPause Owner => By.Plan.Pause!;
}

/// <summary>What was seen of them.</summary>
/// <param name="Paused">Those that are paused, the latest first.</param>
/// <param name="NotLookedAt">How many others undos paused once, of which nobody asked the cluster: there are too many.</param>
internal sealed record PausedOwnersSeen(IReadOnlyList<PausedOwner> Paused, int NotLookedAt)
{
    /// <summary>The same in a sentence; null where all were looked at.</summary>
    public string? More => NotLookedAt == 0 ? null
        : $"Of {NotLookedAt} more that undos paused earlier the cluster was not asked: they may be paused still.";
}

/// <summary>Finds the owners that undos paused and nobody has resumed: nothing but people sees to that.</summary>
internal sealed class PausedOwners(Clusters clusters, RequestStore store)
{
    // Each look is a request to the cluster.
    private const int AtOnce = 20;
    private const int AtMost = 20;
    private const int MostLooks = 100;

    // Several may be of one owner.
    private const int Recalled = 200;

    /// <summary>Those that the store knows of, the latest first; each owner once.</summary>
    public async Task<PausedOwnersSeen> AllAsync(CancellationToken cancellationToken)
    {
        var pausing = Distinct(await store.ListPausingAsync(Recalled, cancellationToken));
        List<PausedOwner> paused = [];
        var looks = 0;
        foreach (var some in pausing.Take(MostLooks).Chunk(AtOnce))
        {
            if (paused.Count >= AtMost)
                break;
            paused.AddRange(await LookAsync(some, cancellationToken));
            looks += some.Length;
        }

        return new(paused, NotLookedAt: pausing.Count - looks);
    }

    /// <summary>Those of a few requests, the latest first; each owner once. Whether one is paused still is asked of the cluster, if this
    /// process speaks to the same.</summary>
    public Task<IReadOnlyList<PausedOwner>> AmongAsync(IReadOnlyList<UndoRequest> requests, CancellationToken cancellationToken) =>
        LookAsync(Distinct(requests), cancellationToken);

    /// <summary>Those of the requests that are of a cluster that this process speaks to.</summary>
    public async Task<IReadOnlyList<UndoRequest>> HereAsync(IReadOnlyList<UndoRequest> requests, CancellationToken cancellationToken)
    {
        List<UndoRequest> here = [];
        foreach (var request in requests)
        {
            if (await FindAsync(request, cancellationToken) is not null)
                here.Add(request);
        }

        return here;
    }

    private async Task<IReadOnlyList<PausedOwner>> LookAsync(IReadOnlyList<UndoRequest> pausing, CancellationToken cancellationToken)
    {
        var looks = await Task.WhenAll(pausing.Select(async request =>
            await FindAsync(request, cancellationToken) is { } cluster
                ? await cluster.Part<OwnerReader>().SoonAsync(request.Plan.Pause!.Owner, cancellationToken)
                : default(ClusterAnswer<Owner>?)));
        return [.. pausing.Zip(looks, Of).OfType<PausedOwner>()];
    }

    private async Task<ServedCluster?> FindAsync(UndoRequest request, CancellationToken cancellationToken) =>
        (await clusters.FindAsync(request.Plan.Cluster, request.Plan.Server, cancellationToken)).Found;

    private static List<UndoRequest> Distinct(IReadOnlyList<UndoRequest> requests) =>
    [
        .. requests.Where(request => request.PausedAt is not null)
            .OrderByDescending(request => request.PausedAt)
            .DistinctBy(request => (request.Plan.Server, request.Plan.Pause!.Uid)),
    ];

    private static PausedOwner? Of(UndoRequest request, ClusterAnswer<Owner>? look) => look switch
    {
        { Succeeded: true, Value: { } owner } => OwnerPauses.Next(request, request.Plan.Pause!, owner) == OwnerStep.Done
            ? new(request, IsKnown: true)
            : null,
        { Failure.Kind: ClusterFailureKind.NotFound } => null,
        _ => new(request, IsKnown: false),
    };
}
