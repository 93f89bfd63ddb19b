using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace McpRollout.PracticeCluster.Faults;

/// <summary>
/// Makes the practice cluster misbehave on purpose, and remembers every request it got. Faults are tried in the order in which
/// they were added; disposing what a method returns takes the fault away.
/// </summary>
public sealed class FaultInjection
{
    private readonly ConcurrentQueue<RequestRecord> _requests = [];
    private ImmutableList<FaultRule> _rules = [];

    internal FaultInjection()
    {
    }

    /// <summary>Every request since the start or since <see cref="ForgetRequests"/>, in the order of arrival.</summary>
    public IReadOnlyList<RequestRecord> Requests => [.. _requests];

    /// <summary>A predicate for one method (null: any) and a part of the path and query (null: any).</summary>
    public static Func<RequestRecord, bool> On(string? method, string? pathContains = null) => request =>
        (method is null || string.Equals(request.Method, method, StringComparison.OrdinalIgnoreCase))
        && (pathContains is null || request.PathAndQuery.Contains(pathContains, StringComparison.Ordinal));

    /// <summary>Empties <see cref="Requests"/>.</summary>
    public void ForgetRequests() => _requests.Clear();

    /// <summary>Takes every fault away; requests held at a gate go on.</summary>
    public void Clear()
    {
        foreach (var rule in Interlocked.Exchange(ref _rules, [])) rule.Gate?.Release();
    }

    /// <summary>Answers matching requests later, by the cluster's clock.</summary>
    public IDisposable AddLatency(TimeSpan latency, Func<RequestRecord, bool> when, int times = int.MaxValue) =>
        Add(new(FaultKind.Latency, when, times, Remove) { Latency = latency });

    /// <summary>Holds matching requests before they are handled, until the gate is released.</summary>
    public RequestGate Hold(Func<RequestRecord, bool> when, int times = int.MaxValue)
    {
        var gate = new RequestGate();
        Add(new(FaultKind.Hold, when, times, Remove) { Gate = gate });
        return gate;
    }

    /// <summary>Breaks the connection before the request has any effect.</summary>
    public IDisposable DropBeforeHandling(Func<RequestRecord, bool> when, int times = 1) =>
        Add(new(FaultKind.DropBefore, when, times, Remove));

    /// <summary>
    /// Breaks the connection at once and handles the request when the gate is released: a write that takes effect long after its
    /// answer was lost.
    /// </summary>
    public RequestGate DropAndHandleLate(Func<RequestRecord, bool> when, int times = 1)
    {
        var gate = new RequestGate();
        Add(new(FaultKind.HandleLate, when, times, Remove) { Gate = gate });
        return gate;
    }

    /// <summary>Handles the request in full, then breaks the connection: the lost answer of a write that took effect.</summary>
    public IDisposable DropAfterHandling(Func<RequestRecord, bool> when, int times = 1) =>
        Add(new(FaultKind.DropAfter, when, times, Remove));

    /// <summary>
    /// Answers with a failure <c>Status</c> and does nothing else. <paramref name="retryAfter"/> is sent in whole seconds.
    /// </summary>
    public IDisposable Answer(int status, Func<RequestRecord, bool> when, int times = 1, TimeSpan? retryAfter = null) =>
        Add(new(FaultKind.Answer, when, times, Remove) { Status = status, RetryAfter = retryAfter });

    /// <summary>Answers watches with a 410 Gone event, as if their version had been forgotten.</summary>
    public IDisposable AnswerWatchesGone(Func<RequestRecord, bool>? when = null, int times = 1) =>
        Add(new(FaultKind.WatchGone, request => request.IsWatch && (when?.Invoke(request) ?? true), times, Remove));

    /// <summary>Ends every watch that is open now, as a server does when its time is up.</summary>
    public void CutWatches() => WatchesCut?.Invoke();

    internal event Action? WatchesCut;

    internal void Record(RequestRecord request) => _requests.Enqueue(request);

    internal IReadOnlyList<FaultRule> Matching(RequestRecord request) =>
        [.. Volatile.Read(ref _rules).Where(rule => rule.Matches(request))];

    private FaultRule Add(FaultRule rule)
    {
        ImmutableInterlocked.Update(ref _rules, (rules, added) => rules.Add(added), rule);
        return rule;
    }

    private void Remove(FaultRule rule) => ImmutableInterlocked.Update(ref _rules, (rules, removed) => rules.Remove(removed), rule);
}
