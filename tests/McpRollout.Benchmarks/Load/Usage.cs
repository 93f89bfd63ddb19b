using System.Globalization;

namespace McpRollout.Benchmarks.Load;

/// <summary>Who had the processors (proc(5)), and what the database's sessions waited for, looked at twice a second.</summary>
internal sealed class Usage(IReadOnlyList<Replica> replicas, Database database)
{
    private const double TicksPerSecond = 100;
    private const string Waits = """
        SELECT coalesce(wait_event_type || ': ' || wait_event, 'on a processor') FROM pg_stat_activity
        WHERE state = 'active' AND application_name = 'mcp-rollout'
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<int, (string Whose, double Seconds)> _processes = [];
    private readonly Tally _waits = new();

    /// <summary>Looks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                Look();
                foreach (var wait in await database.RowsAsync(Waits, row => row.GetString(0)))
                    _waits.Count(wait);
                await Task.Delay(Pause, cancellationToken);
            }
            catch (Exception away) when (away is Npgsql.NpgsqlException or IOException or OperationCanceledException)
            {
                // The database is down, or a process ended while it was looked at.
            }
        }
    }

    /// <summary>Processor seconds by whose they were.</summary>
    public IReadOnlyDictionary<string, double> Seconds =>
        _processes.Values.GroupBy(each => each.Whose).ToDictionary(group => group.Key, group => group.Sum(each => each.Seconds));

    /// <summary>What sessions of the database were seen to wait for, the most frequent first, each with its share of all looks.</summary>
    public IEnumerable<(string What, double Share)> DatabaseWaits =>
        _waits.Most.Select(each => (each.What, (double)each.Times / _waits.Most.Sum(all => all.Times)));

    private void Look()
    {
        var ours = replicas.Select(replica => replica.ProcessId).OfType<int>().ToHashSet();
        var server = database.ProcessId;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Read(id) is var (parent, seconds)
                && WhoseIs(id, parent) is { } whose)
                _processes[id] = (whose, seconds);
        }

        string? WhoseIs(int id, int parent) => ours.Contains(id) ? "replicas"
            : id == server || parent == server ? "PostgreSQL"
            : id == Environment.ProcessId ? "cluster and clients"
            : null;
    }

    private static (int Parent, double Seconds)? Read(int id)
    {
        try
        {
            // What comes after the name, which may hold spaces: state, parent, ..., utime and stime at 11 and 12.
            var fields = File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return (int.Parse(fields[1], CultureInfo.InvariantCulture),
                (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture))
                    / TicksPerSecond);
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
