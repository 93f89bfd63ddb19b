namespace McpRollout.Approvals.Approvers;

/// <summary>How wrong passphrases are slowed, then locked out. The lock is short enough that nobody is kept from an incident by another's
/// guessing.</summary>
internal static class FailedAttempts
{
    private const int BeforeLock = 5;

    private static readonly TimeSpan FirstLock = TimeSpan.FromMinutes(1);

    /// <summary>The longest lock.</summary>
    public static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(5);

    /// <summary>How long the answer to the n-th wrong attempt in a row is held back: 0, 250 ms, 500 ms, 1 s, then no longer.</summary>
    public static TimeSpan SlowdownAfter(int attempts) =>
        attempts <= 1 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(250 << Math.Min(attempts - 2, 2));

    /// <summary>How long the name is locked once n attempts in a row were made: from the fifth on 1, 2, 4, then 5 minutes.</summary>
    public static TimeSpan LockAfter(int attempts)
    {
        if (attempts < BeforeLock)
            return TimeSpan.Zero;
        var doubled = FirstLock * Math.Pow(2, Math.Min(attempts - BeforeLock, 8));
        return doubled < LongestLock ? doubled : LongestLock;
    }
}
