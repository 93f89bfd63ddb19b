namespace McpRollout.Mcp.Stdio;

/// <summary>Counts the answers that the client has not taken yet. Whoever does not take them is not listened to.</summary>
/// <param name="patience">After how long without one being taken the client is given up.</param>
/// <param name="giveUp">What is done then.</param>
/// <param name="time">Measures that.</param>
internal sealed class UnreadAnswers(TimeSpan patience, Action giveUp, TimeProvider time)
{
    /// <summary>With more than this many nothing more is read.</summary>
    public const int Most = 64;

    private readonly Lock _gate = new();
    private int _waiting;
    private TaskCompletionSource? _oneTaken;

    /// <summary>An answer waits to be written.</summary>
    public void Add()
    {
        lock (_gate)
        {
            _waiting++;
        }
    }

    /// <summary>It was written, or never will be.</summary>
    public void Remove()
    {
        TaskCompletionSource? oneTaken;
        lock (_gate)
        {
            _waiting--;
            (oneTaken, _oneTaken) = (_oneTaken, null);
        }

        oneTaken?.SetResult();
    }

    /// <summary>Waits until there are no more than this many.</summary>
    public async Task UntilAtMostAsync(int most, CancellationToken cancellationToken)
    {
        while (NextTaken(most) is { } taken)
        {
            try
            {
                await taken.WaitAsync(patience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                giveUp();
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            }
        }
    }

    private Task? NextTaken(int most)
    {
        lock (_gate)
        {
            return _waiting <= most ? null : (_oneTaken ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
