namespace McpRollout.Web;

/// <summary>
/// Where people wait whom no browser's proof tells from strangers. A passphrase is costly to check and each wrong one goes on record, so
/// the line moves at a steady pace; and it moves alike for every name, so that nothing is told by it of who is enrolled. It is as long as
/// <see cref="Limits.ConnectionShares.Attempts"/>, and who goes away leaves it.
/// </summary>
#pragma warning disable CA1001 // A semaphore that nobody asks for a wait handle holds nothing to be released.
internal sealed class AttemptLine(TimeProvider time)
#pragma warning restore CA1001
{
    /// <summary>The time from one attempt to the next: five in a second.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _front = new(1);

    /// <summary>Completes when it is this attempt's turn, in the order of asking.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _front.WaitAsync(cancellationToken);
        _ = MoveOnAsync();
    }

    private async Task MoveOnAsync()
    {
        await Task.Delay(Step, time);
        _front.Release();
    }
}
