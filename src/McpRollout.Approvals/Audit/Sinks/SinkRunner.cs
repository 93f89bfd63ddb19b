using McpRollout.Approvals.Telemetry;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>A sink with its name for people. It is told by one at a time; whoever comes meanwhile shares the next turn.</summary>
internal sealed class SinkRunner(string name, IAuditSink sink, TimeSpan deadline, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private Task? _next;

    /// <summary>What people call it.</summary>
    public string Name => name;

    /// <summary>Waits until every record that the store has now was acknowledged. What hangs is left behind, and keeps its turn until it
    /// ends.</summary>
    /// <exception cref="AuditUnavailableException">The records were not acknowledged, or not in time.</exception>
    public async Task CatchUpAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await Join().WaitAsync(patience, time, cancellationToken);
            SinkMeter.Acknowledged(name);
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            SinkMeter.Failed(name, time);
            throw new AuditUnavailableException(
                $"The audit sink {name} did not acknowledge within {patience.TotalSeconds:0.#} s.", failure);
        }
        catch (AuditUnavailableException)
        {
            SinkMeter.Failed(name, time);
            throw;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Whatever it was, there is no acknowledgement, and the record is in the store.
            SinkMeter.Failed(name, time);
            throw new AuditUnavailableException($"The audit sink {name} failed: {failure.Message}", failure);
        }
    }

    /// <summary>Lets a turn that is under way end, within reason.</summary>
    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (_gate)
        {
            last = _next ?? _running;
        }

        await last.WaitAsync(LastWord, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // The turn under way may have read the store too early for the caller's record; the next one has not.
    private Task Join()
    {
        lock (_gate)
        {
            if (_next is not null)
                return _next;
            return _running.IsCompleted ? _running = Task.Run(RunAsync) : _next = FollowAsync(_running);
        }
    }

    private async Task FollowAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task turn;
        lock (_gate)
        {
            (_running, _next) = (turn = Task.Run(RunAsync), null);
        }

        await turn;
    }

    // A sink that heeds its token has the last tenth of the time to say what was wrong.
    private async Task RunAsync()
    {
        using var limit = new CancellationTokenSource(deadline * 0.9, time);
        await sink.CatchUpAsync(limit.Token);
    }
}
