namespace McpRollout.PracticeCluster.Faults;

/// <summary>Holds matching requests before they are handled, until <see cref="Release"/>.</summary>
public sealed class RequestGate : IDisposable
{
    private readonly TaskCompletionSource<RequestRecord> _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first matching request stands at the gate.</summary>
    public Task<RequestRecord> Arrived => _arrived.Task;

    /// <summary>Lets every held request, and those to come, go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>The same as <see cref="Release"/>.</summary>
    public void Dispose() => Release();

    internal async Task PassAsync(RequestRecord request, CancellationToken cancellationToken)
    {
        _arrived.TrySetResult(request);
        await _released.Task.WaitAsync(cancellationToken);
    }
}
