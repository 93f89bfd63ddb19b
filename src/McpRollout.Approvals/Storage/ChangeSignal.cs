namespace McpRollout.Approvals.Storage;

/// <summary>Wakes whoever waits for the next change.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the next change; to be taken before looking at what may change.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Says that something changed.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
