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

/// <summary>Finds the owners that undos paused and nobody has resumed: nothing but people sees to that.</summary>
internal sealed class PausedOwners(IClusterReader cluster, OwnerReader owners, RequestStore store)
{
    // Each is a request to the cluster.
    private const int AtMost = 20;

    // Several may be of one owner.
    private const int Recalled = 200;

    /// <summary>All of them that the store knows of, the latest first; each owner once.</summary>
    public async Task<IReadOnlyList<PausedOwner>> AllAsync(CancellationToken cancellationToken) =>
        await AmongAsync(await store.ListPausingAsync(Recalled, cancellationToken), cancellationToken);

    /// <summary>Those of the requests, the latest first; each owner once. Whether one is paused still is asked of the cluster, if this
    /// process speaks to the same.</summary>
    public async Task<IReadOnlyList<PausedOwner>> AmongAsync(IReadOnlyList<UndoRequest> requests, CancellationToken cancellationToken)
    {
        List<UndoRequest> pausing =
        [
            .. requests.Where(request => request.PausedAt is not null)
                .OrderByDescending(request => request.PausedAt)
                .DistinctBy(request => (request.Plan.Server, request.Plan.Pause!.Uid))
                .Take(AtMost),
        ];
        if (pausing.Count == 0)
            return [];
        var identity = await cluster.IdentifyAsync(cancellationToken);
        var looks = await Task.WhenAll(pausing.Select(async request =>
            identity.Succeeded && identity.Value.Server == request.Plan.Server
                ? await owners.SoonAsync(request.Plan.Pause!.Owner, cancellationToken)
                : default(ClusterAnswer<Owner>?)));
        return [.. pausing.Zip(looks, Of).OfType<PausedOwner>()];
    }

    private static PausedOwner? Of(UndoRequest request, ClusterAnswer<Owner>? look) => look switch
    {
        { Succeeded: true, Value: { } owner } => OwnerPauses.Next(request, request.Plan.Pause!, owner) == OwnerStep.Done
            ? new(request, IsKnown: true)
            : null,
        { Failure.Kind: ClusterFailureKind.NotFound } => null,
        _ => new(request, IsKnown: false),
    };
}
