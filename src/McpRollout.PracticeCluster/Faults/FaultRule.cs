namespace McpRollout.PracticeCluster.Faults;

internal enum FaultKind
{
    Latency,
    Hold,
    DropBefore,
    HandleLate,
    DropAfter,
    Answer,
    WatchGone,
}

/// <summary>One fault and how often it still strikes.</summary>
internal sealed class FaultRule(FaultKind kind, Func<RequestRecord, bool> when, int times, Action<FaultRule> remove) : IDisposable
{
    private int _left = times;

    public FaultKind Kind => kind;

    public TimeSpan Latency { get; init; }

    public RequestGate? Gate { get; init; }

    public int Status { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public bool Matches(RequestRecord request) => Volatile.Read(ref _left) > 0 && when(request) && Interlocked.Decrement(ref _left) >= 0;

    public void Dispose() => remove(this);
}
