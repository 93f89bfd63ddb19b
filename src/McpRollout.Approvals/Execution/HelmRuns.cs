using System.Collections.Concurrent;

namespace McpRollout.Approvals.Execution;

/// <summary>The runs of helm that this process began.</summary>
internal sealed class HelmRuns
{
    private readonly ConcurrentDictionary<string, Task<HelmEnd>> _runs = new(StringComparer.Ordinal);

    /// <summary>Keeps a run in mind.</summary>
    public void Add(string requestId, Task<HelmEnd> run) => _runs[requestId] = run;

    /// <summary>How a request's run ended; null while it goes on, or where another process began it.</summary>
    public HelmEnd? EndOf(string requestId) =>
        _runs.TryGetValue(requestId, out var run) && run.IsCompletedSuccessfully ? run.Result : null;

    /// <summary>Whether this process began it, and it goes on.</summary>
    public bool IsRunning(string requestId) => _runs.TryGetValue(requestId, out var run) && !run.IsCompleted;

    /// <summary>Forgets a run.</summary>
    public void Remove(string requestId) => _runs.TryRemove(requestId, out _);
}
