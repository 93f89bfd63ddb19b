using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.History;

/// <summary>For how long a revision was the current one, all its times together. Whether it was healthy then, the cluster does not
/// keep.</summary>
/// <param name="Shortest">At least so long.</param>
/// <param name="Longest">At most so long; null where nothing bounds it.</param>
internal sealed record ServiceTime(TimeSpan Shortest, TimeSpan? Longest)
{
    /// <summary><c>9 d 4 h</c>, <c>at most 9 d 4 h</c>, <c>an unknown time</c>.</summary>
    public override string ToString()
    {
        if (Longest is not { } longest)
            return Shortest > TimeSpan.Zero ? $"at least {TimeText.Of(Shortest)}" : "an unknown time";
        if (longest - Shortest < TimeText.Precision(longest) || TimeText.Of(Shortest) == TimeText.Of(longest))
            return TimeText.Of(longest);
        return Shortest > TimeSpan.Zero ? $"{TimeText.Of(Shortest)} to {TimeText.Of(longest)}" : $"at most {TimeText.Of(longest)}";
    }
}
