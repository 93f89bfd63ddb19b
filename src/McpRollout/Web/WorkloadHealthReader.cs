using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>Reads the health of a request's workload, and again what its decision rests on, with little patience: the page must come even
/// if the cluster does not answer.</summary>
internal sealed class WorkloadHealthReader(Clusters clusters, TimeProvider time)
{
    /// <summary>How long it is waited for the cluster. Default: 2 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    private WorkloadHealth Silent => new(Unreadable: $"the cluster did not answer within {Patience.TotalSeconds:0} seconds.");

    /// <summary>The health alone, for a line of the inbox.</summary>
    public async Task<WorkloadHealth> GlanceAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await LookAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Silent;
        }
        finally
        {
            await hurry.CancelAsync();
        }

        async Task<WorkloadHealth> LookAsync() => await LookAtAsync(request, await FindAsync(request, hurry.Token), hurry.Token);
    }

    /// <summary>The health, and what the decision rests on.</summary>
    public async Task<WorkloadHealth> ReadAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = time.GetTimestamp();
        var search = await WithinAsync(FindAsync(request, hurry.Token));
        var health = search is null ? Silent : await WithinAsync(LookAtAsync(request, search, hurry.Token)) ?? Silent;
        // Afterwards the follower reads the Events now and then: they may be many, and the page is loaded every two seconds.
        if (health.Snapshot is { } snapshot && search?.Found is { } cluster && request.State.IsUndecided())
        {
            var explaining = cluster.Part<WorkloadReader>().ExplainAsync(snapshot, time.GetUtcNow(), hurry.Token);
            var (plan, history) = (request.Plan, request.Plan.Pinned(snapshot.History));
            var known = await WithinAsync(plan.Resume is null
                ? cluster.Part<WorkloadContextReader>().ReadHoldingAsync(
                    history, plan.ToRevision, plan.Pause is not null, hurry.Token)
                : FindResumeAsync(cluster, plan, hurry.Token));
            health = health with { Findings = known, Snapshot = await WithinAsync(explaining) ?? snapshot };
        }

        await hurry.CancelAsync();
        return health;

        // The wait bounds what the token cannot: a credential plugin, a name that does not resolve.
        async Task<T?> WithinAsync<T>(Task<T> reading) where T : class
        {
            var left = Patience - time.GetElapsedTime(started);
            try
            {
                return await reading.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
    }

    private static async Task<IReadOnlyList<Finding>> FindResumeAsync(
        ServedCluster cluster, UndoPlan plan, CancellationToken cancellationToken) =>
        (await cluster.Part<ResumeOutlook>().ReadAsync(plan, cancellationToken)).Findings;

    private Task<ClusterSearch> FindAsync(UndoRequest request, CancellationToken cancellationToken) =>
        clusters.FindAsync(request.Plan.Cluster, request.Plan.Server, cancellationToken).AsTask();

    private static async Task<WorkloadHealth> LookAtAsync(
        UndoRequest request, ClusterSearch search, CancellationToken cancellationToken)
    {
        if (search.Failure is { } failure)
            return new WorkloadHealth(Unreadable: failure.Message);
        if (search.Found is not { } cluster)
            return new WorkloadHealth(OtherCluster: search.Instead);

        if (request.Plan.IsRelease)
        {
            return cluster.FindPart<ReleaseHealthReader>() is { } releases
                ? await releases.ReadAsync(request, cancellationToken)
                : new WorkloadHealth(Unreadable: "this server does not read releases of Helm (Helm:Enabled).");
        }

        var status = await cluster.Part<WorkloadReader>().ReadStatusAsync(
            request.Plan.Workload, Freshness.Cached, cancellationToken);
        if (status.Succeeded)
        {
            return new WorkloadHealth(
                status.Value, Moved: Moved(request, status.Value.History) ?? await OwnerMovedAsync(cluster, request, cancellationToken));
        }

        return new WorkloadHealth(
            Unreadable: status.Failure.Message,
            Moved: status.Failure.Kind == ClusterFailureKind.NotFound ? Moved(request, null) : null);
    }

    private static async Task<string?> OwnerMovedAsync(
        ServedCluster cluster, UndoRequest request, CancellationToken cancellationToken) =>
        request is { Plan.Resume: not null, State: RequestState.Pending or RequestState.Approved }
            ? (await cluster.Part<ResumeOutlook>().ReadAsync(request.Plan, cancellationToken)).Moved
            : null;

    // Once the patch is under way, the workload is meant to move.
    private static string? Moved(UndoRequest request, RevisionHistory? history) =>
        request.State is RequestState.Pending or RequestState.Approved ? Staleness.Of(request.Plan, history) : null;
}
