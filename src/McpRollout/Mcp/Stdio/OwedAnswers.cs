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

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Dictionary<RequestId, int> _owed = [];
    private int _beingWritten;
    private TaskCompletionSource? _change;

    /// <summary>A request was read.</summary>
    public void Owe(RequestId id)
    {
        lock (_gate)
        {
            _owed[id] = _owed.GetValueOrDefault(id) + 1;
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

    /// <summary>Waits until one is owed less than may be. With nothing waiting to be taken, what is owed is at work, of which there are
    /// few, or will never be answered, as a request that the SDK drops: that is waited for no longer than a moment, and
    /// forgotten.</summary>
    public async Task UntilRoomAsync(CancellationToken cancellationToken)
    {
        if (!await UntilAsync(() => _owed.Values.Sum() < Most, Moment, cancellationToken))
            Forget();
    }

    /// <summary>Waits until this request is answered, or likely never will be.</summary>
    public Task UntilSettledAsync(RequestId id, CancellationToken cancellationToken) =>
        UntilAsync(() => !_owed.ContainsKey(id), 10 * Moment, cancellationToken);

    // False where nothing came about for so long, though nothing waits to be taken.
    private async Task<bool> UntilAsync(Func<bool> isMet, TimeSpan limit, CancellationToken cancellationToken)
    {
        while (NextChange(isMet) is { } change)
        {
            var isWriting = IsWriting();
            try
            {
                await change.WaitAsync(isWriting ? patience : limit, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                if (!IsWriting())
                    return false;
                if (!isWriting)
                    continue;
                giveUp();
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            }
        }

        return true;
    }

    private void Forget()
    {
        lock (_gate)
        {
            _owed.Clear();
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
