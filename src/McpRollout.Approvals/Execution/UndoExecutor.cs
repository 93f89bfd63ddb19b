using System.Collections.Concurrent;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Telemetry;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// Looks after every unfinished request for as long as the process lives. Several processes do so at once: claims and leases in the store
/// see to it that each request is carried out once, whoever does it, and that nothing is left behind by a process that is gone.
/// </summary>
internal sealed partial class UndoExecutor(
    RequestStore store,
    ApprovalBroker broker,
    Clusters clusters,
    RevertOpening reverts,
    Holders holders,
    ExecutorTimes times,
    TimeProvider time,
    ILogger<UndoExecutor> logger,
    IHostApplicationLifetime? process = null) : BackgroundService
{
    private readonly ConcurrentDictionary<string, Task> _atWork = new();
    private Dictionary<(string Id, RequestState State), long> _watchedSince = [];
    private bool _hasLooked;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        holders.Register();

        // A server that says first that it stops begins nothing in the meantime.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(
            stoppingToken, process?.ApplicationStopping ?? CancellationToken.None);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await LookAroundAsync(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                UndoTelemetry.ForgetOpen();
                LogFailure(logger, failure);
                await Task.Delay(times.Retry, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAny(Task.WhenAll(_atWork.Values), Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken));
    }

    private async Task LookAroundAsync(CancellationToken stoppingToken)
    {
        var (seen, began) = (store.Version, time.GetTimestamp());
        var unfinished = await store.ListUnfinishedAsync(stoppingToken);

        // What is found at the start is nobody's who is about to go on with it, as far as can be known.
        var isFirst = !_hasLooked;
        _hasLooked = true;
        UndoTelemetry.SetOpen(unfinished, time);
        foreach (var (id, work) in _atWork)
        {
            if (work.IsCompleted)
                _atWork.TryRemove(id, out _);
        }

        if (unfinished.Count == 0)
        {
            await store.WaitForChangeAsync(seen, times.Idle, times.Idle, stoppingToken);
            return;
        }

        var reachOf = await ReachAsync(unfinished, stoppingToken);
        var now = time.GetUtcNow();
        _watchedSince = unfinished
            .Select(request => (request.Id, request.State))
            .ToDictionary(each => each, each => _watchedSince.GetValueOrDefault(each, time.GetTimestamp()));
        var isLeftToOthers = false;
        foreach (var request in unfinished)
        {
            var watched = time.GetElapsedTime(_watchedSince[(request.Id, request.State)]);
            var where = reachOf(request.Plan);
            var duty = ExecutorActions.For(
                request, where.Reach, holders.IsHeldByOther(request, now, times.Lease), now, watched, times);
            if (duty is ExecutorAction.Execute or ExecutorAction.Follow && !isFirst && !store.IsChangedHere(request.Id)
                && watched < ExecutorTurns.Of(request.Id, holders.Name, times.Turn))
                (duty, isLeftToOthers) = (ExecutorAction.None, true);
            if (duty != ExecutorAction.None && !_atWork.ContainsKey(request.Id))
                _atWork[request.Id] = WorkAsync(request, () => DoAsync(request, duty, where, watched, stoppingToken), stoppingToken);

            // Beside the other duty: no host of Git holds a rollout up.
            var revert = $"{request.Id}/revert";
            if (reverts.IsDue(request, watched) && !_atWork.ContainsKey(revert))
                _atWork[revert] = WorkAsync(request, () => reverts.OpenAsync(request, stoppingToken), stoppingToken);
        }

        // With very many under way each change would else be followed by another look at all of them: looking takes a quarter of the time.
        var rest = time.GetElapsedTime(began) * 3;
        await Task.Delay(rest < times.Idle ? rest : times.Idle, time, stoppingToken);
        await store.WaitForChangeAsync(
            seen, isLeftToOthers ? times.Turn : NextMoment(unfinished, now), times.Poll, stoppingToken);
    }

    private TimeSpan NextMoment(IReadOnlyList<UndoRequest> unfinished, DateTimeOffset now)
    {
        var next = unfinished
            .SelectMany(request => new DateTimeOffset?[] { request.State.IsOpen() ? request.ExpiresAt : null, request.Lease?.Until })
            .Where(moment => moment > now)
            .Min() - now;
        return next < times.Idle ? next.Value : times.Idle;
    }

    private Task DoAsync(
        UndoRequest request, ExecutorAction duty, ClusterReach where, TimeSpan watched, CancellationToken stoppingToken) => duty switch
        {
            ExecutorAction.Expire => broker.ExpireAsync(request.Id, stoppingToken),
            ExecutorAction.Abandon =>
                broker.ChangeAsync(request.Id, found => ExecutionTransitions.Abandon(found, time.GetUtcNow()), stoppingToken),
            _ => where.Duties!.DoAsync(request, duty, where.Reach.MayWrite(request.Plan), watched, stoppingToken),
        };

    // Of the clusters that the requests name, and of no others: what each can do is found out once.
    private async Task<Func<UndoPlan, ClusterReach>> ReachAsync(IReadOnlyList<UndoRequest> requests, CancellationToken stoppingToken)
    {
        Dictionary<ServedCluster, ClusterReach> reaches = [];
        foreach (var cluster in requests.Select(request => clusters.Choose(request.Plan.Cluster)).OfType<ServedCluster>().Distinct())
        {
            var duties = cluster.Part<ClusterDuties>();
            reaches[cluster] = new(duties, await duties.ReachAsync(stoppingToken));
        }

        return plan => clusters.Choose(plan.Cluster) is { } cluster ? reaches[cluster] : new(null, ExecutorReach.None);
    }

    private async Task WorkAsync(UndoRequest request, Func<Task> work, CancellationToken stoppingToken)
    {
        await Task.Yield();
        ExecutionMeter.Begin();
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        // One request's failure must not end the watch over the others; it is logged, and the request looked at again.
#pragma warning disable CA1031
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogRequestFailure(logger, request.Id, failure);
            await Task.Delay(times.Retry, time, CancellationToken.None);
        }
        finally
        {
            ExecutionMeter.End();
            store.WakeWaiters(request.Id);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The store could not be looked at; trying again.")]
    private static partial void LogFailure(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "{RequestId} met an error; it will be looked at again.")]
    private static partial void LogRequestFailure(ILogger logger, string requestId, Exception failure);

    private sealed record ClusterReach(ClusterDuties? Duties, ExecutorReach Reach);
}
