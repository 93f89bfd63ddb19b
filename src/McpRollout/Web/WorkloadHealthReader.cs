using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>Reads the health of a request's workload, and again what its decision rests on, with little patience: the page must come even
/// if the cluster does not answer.</summary>
internal sealed class WorkloadHealthReader(
    IClusterReader cluster,
    WorkloadReader workloads,
    WorkloadContextReader surroundings,
    ResumeOutlook resumes,
    TimeProvider time,
    ReleaseHealthReader? releases = null)
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
            return await ReadHealthAsync(request, hurry.Token).WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Silent;
        }
        finally
        {
            await hurry.CancelAsync();
        }
    }

    /// <summary>The health, and what the decision rests on.</summary>
    public async Task<WorkloadHealth> ReadAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = time.GetTimestamp();
        var health = await WithinAsync(ReadHealthAsync(request, hurry.Token)) ?? Silent;
        // Afterwards the follower reads the Events now and then: they may be many, and the page is loaded every two seconds.
        if (health.Snapshot is { } snapshot && request.State.IsUndecided())
        {
            var explaining = workloads.ExplainAsync(snapshot, time.GetUtcNow(), hurry.Token);
            var (plan, history) = (request.Plan, request.Plan.Pinned(snapshot.History));
            var known = await WithinAsync(plan.Resume is null
                ? surroundings.ReadHoldingAsync(history, plan.ToRevision, plan.Pause is not null, hurry.Token)
                : FindResumeAsync(plan, hurry.Token));
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

    private async Task<IReadOnlyList<Finding>> FindResumeAsync(UndoPlan plan, CancellationToken cancellationToken) =>
        (await resumes.ReadAsync(plan, cancellationToken)).Findings;

    private async Task<WorkloadHealth> ReadHealthAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return new WorkloadHealth(Unreadable: identity.Failure.Message);
        if (identity.Value.Server != request.Plan.Server)
            return new WorkloadHealth(OtherCluster: identity.Value.Name);

        if (request.Plan.IsRelease)
        {
            return releases is null
                ? new WorkloadHealth(Unreadable: "this server does not read releases of Helm (Helm:Enabled).")
                : await releases.ReadAsync(request, cancellationToken);
        }

        var status = await workloads.ReadStatusAsync(request.Plan.Workload, Freshness.Cached, cancellationToken);
        if (status.Succeeded)
        {
            return new WorkloadHealth(
                status.Value, Moved: Moved(request, status.Value.History) ?? await OwnerMovedAsync(request, cancellationToken));
        }

        return new WorkloadHealth(
            Unreadable: status.Failure.Message,
            Moved: status.Failure.Kind == ClusterFailureKind.NotFound ? Moved(request, null) : null);
    }

    private async Task<string?> OwnerMovedAsync(UndoRequest request, CancellationToken cancellationToken) =>
        request is { Plan.Resume: not null, State: RequestState.Pending or RequestState.Approved }
            ? (await resumes.ReadAsync(request.Plan, cancellationToken)).Moved
            : null;

    // Once the patch is under way, the workload is meant to move.
    private static string? Moved(UndoRequest request, RevisionHistory? history) =>
        request.State is RequestState.Pending or RequestState.Approved ? Staleness.Of(request.Plan, history) : null;
}
