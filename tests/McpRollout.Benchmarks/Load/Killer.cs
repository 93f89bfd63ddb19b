namespace McpRollout.Benchmarks.Load;

/// <summary>Kills a replica at random every few seconds, and PostgreSQL now and then, and starts each again.</summary>
internal sealed class Killer(LoadOptions options, IReadOnlyList<Replica> replicas, Database database) : IDisposable
{
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(1);

    private readonly Random _chance = new(options.Seed);
    private readonly SemaphoreSlim _turn = new(1);

    public int ReplicasKilled { get; private set; }

    public int DatabaseCrashes { get; private set; }

    /// <summary>Goes on until it is cancelled, and leaves all running.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        EveryAsync(options.KillEvery, KillReplicaAsync, cancellationToken),
        EveryAsync(options.RestartEvery, CrashDatabaseAsync, cancellationToken),
        EveryAsync(1, HeedAsync, cancellationToken));

    public void Dispose() => _turn.Dispose();

    private async Task KillReplicaAsync()
    {
        var replica = replicas[_chance.Next(replicas.Count)];
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            await replica.KillAsync();
            ReplicasKilled++;
            await Task.Delay(Down, CancellationToken.None);
            replica.Start();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task CrashDatabaseAsync()
    {
        await database.CrashAsync();
        DatabaseCrashes++;
    }

    private async Task HeedAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        foreach (var replica in replicas)
            replica.Heed();
        _turn.Release();
    }

    private static async Task EveryAsync(int seconds, Func<Task> act, CancellationToken cancellationToken)
    {
        if (seconds == 0)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await act();
        }
        catch (OperationCanceledException)
        {
        }
    }
}
