using System.Collections.Concurrent;

namespace McpRollout.Approvals.Execution;

/// <summary>The runs of helm that this process began.</summary>
internal sealed class HelmRuns
{
    // Null: it goes on.
    private readonly ConcurrentDictionary<string, HelmEnd?> _runs = new(StringComparer.Ordinal);

    /// <summary>Keeps a run in mind.</summary>
    public void Add(string requestId, Task<HelmEnd> run)
    {
        _runs[requestId] = null;
        _ = KeepAsync(requestId, run);
    }

    /// <summary>How a request's run ended; null while it goes on, or where another process began it.</summary>
    public HelmEnd? EndOf(string requestId) => _runs.GetValueOrDefault(requestId);

    /// <summary>Whether this process began it, and it goes on.</summary>
    public bool IsRunning(string requestId) => _runs.TryGetValue(requestId, out var end) && end is null;

    /// <summary>Forgets a run.</summary>
    public void Remove(string requestId) => _runs.TryRemove(requestId, out _);

    private async Task KeepAsync(string requestId, Task<HelmEnd> run)
    {
        HelmEnd end;
        try
        {
            end = await run;
        }
        catch (Exception failure) when (failure is InvalidOperationException or SystemException)
        {
            end = new HelmEnd(null, failure.Message);
        }

        _runs.TryUpdate(requestId, end, null);
    }
}
