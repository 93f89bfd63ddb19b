namespace McpRollout.Mcp.Stdio;

/// <summary>
/// Counts the requests that were read and not answered yet: while there are many, nothing more is read. An answer counts as given once the
/// client has taken it.
/// </summary>
/// <param name="patience">After how long without one being taken, while some wait to be, the client is given up.</param>
/// <param name="giveUp">What is done then.</param>
/// <param name="time">Measures that.</param>
internal sealed class OwedAnswers(TimeSpan patience, Action giveUp, TimeProvider time)
{
    /// <summary>How many may be owed: more than can be at work at once (<see cref="CallLimit"/>), so that quick ones pass slow
    /// ones.</summary>
    public const int Most = 96;

    private readonly Lock _gate = new();
    private readonly Dictionary<RequestId, int> _owed = [];
    private int _count;
    private int _beingWritten;
    private TaskCompletionSource? _change;

    /// <summary>A request was read.</summary>
    public void Owe(RequestId id)
    {
        lock (_gate)
        {
            _owed[id] = _owed.GetValueOrDefault(id) + 1;
            _count++;
        }
    }

    /// <summary>It was answered, or never will be: who takes a call back is owed nothing.</summary>
    public void Settle(RequestId id)
    {
        lock (_gate)
        {
            if (!_owed.Remove(id, out var owed))
                return;
            if (owed > 1)
                _owed[id] = owed - 1;
            _count--;
        }

        Changed();
    }

    /// <summary>A message begins to wait for the client to take it.</summary>
    public void BeginWrite()
    {
        lock (_gate)
        {
            _beingWritten++;
        }
    }

    /// <summary>It was taken, or never will be.</summary>
    public void EndWrite()
    {
        lock (_gate)
        {
            _beingWritten--;
        }

        Changed();
    }

    /// <summary>Waits until one is owed less than may be. Calls at work are waited for no longer than the patience: what takes them back
    /// must be read.</summary>
    public Task UntilRoomAsync(CancellationToken cancellationToken) => UntilAsync(() => _count < Most, cancellationToken);

    /// <summary>The same, until this request is answered.</summary>
    public Task UntilSettledAsync(RequestId id, CancellationToken cancellationToken) =>
        UntilAsync(() => !_owed.ContainsKey(id), cancellationToken);

    private async Task UntilAsync(Func<bool> isMet, CancellationToken cancellationToken)
    {
        while (NextChange(isMet) is { } change)
        {
            try
            {
                await change.WaitAsync(patience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                if (!IsWriting())
                    return;
                giveUp();
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            }
        }
    }

    private bool IsWriting()
    {
        lock (_gate)
        {
            return _beingWritten > 0;
        }
    }

    private Task? NextChange(Func<bool> isMet)
    {
        lock (_gate)
        {
            return isMet() ? null : (_change ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Changed()
    {
        TaskCompletionSource? change;
        lock (_gate)
        {
            (change, _change) = (_change, null);
        }

        change?.SetResult();
    }
}
