using System.Collections.Concurrent;

namespace McpRollout.Benchmarks.Load;

/// <summary>What is to become of a request.</summary>
internal enum Fate
{
    /// <summary>A person approves.</summary>
    Approved,

    /// <summary>A person denies.</summary>
    Denied,

    /// <summary>Two people decide at once, one each way.</summary>
    Contested,

    /// <summary>The agent takes it back.</summary>
    Cancelled,

    /// <summary>The agent takes it back while a person approves.</summary>
    CancelledLate,

    /// <summary>Nobody decides.</summary>
    Forgotten,
}

/// <summary>A decision that a person was told is taken.</summary>
internal sealed record ToldDecision(string RequestId, string Approver, bool Approves);

/// <summary>What an agent was told last of its request.</summary>
internal sealed record ToldOutcome(string State, string? Rollout);

/// <summary>What clients were told, and how long it took.</summary>
internal sealed class Journal
{
    /// <summary>Each request whose id an agent was told.</summary>
    public ConcurrentDictionary<string, (Fate Fate, WorkloadName Workload)> Accepted { get; } = new(StringComparer.Ordinal);

    /// <summary>What their agents were told at the end.</summary>
    public ConcurrentDictionary<string, ToldOutcome> Outcomes { get; } = new(StringComparer.Ordinal);

    public ConcurrentBag<ToldDecision> Decisions { get; } = [];

    /// <summary>Requests, by when they were at their end.</summary>
    public ConcurrentBag<DateTimeOffset> Ends { get; } = [];

    /// <summary>How long calls took, outages and tries included, with when they ended. Unit: milliseconds.</summary>
    public ConcurrentDictionary<string, ConcurrentBag<(DateTimeOffset At, double Took)>> Times { get; } = new(StringComparer.Ordinal);

    public void Took(string what, TimeSpan time) =>
        Times.GetOrAdd(what, _ => []).Add((DateTimeOffset.UtcNow, time.TotalMilliseconds));
}
