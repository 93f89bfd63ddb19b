namespace McpRollout.Approvals.Storage;

/// <summary>What processes of one PostgreSQL tell each other of a commit: who made it, and which requests it changed.</summary>
internal static class Notice
{
    // PostgreSQL takes less than 8,000 bytes; nothing of today's changes more than one request.
    private const int Most = 100;

    /// <summary>As it is sent.</summary>
    public static string Of(string process, IReadOnlyList<string> changed) =>
        changed.Count > Most ? process : $"{process} {string.Join(' ', changed)}";

    /// <summary>Who sent it.</summary>
    /// <param name="notice">What was sent; versions before sent their name alone.</param>
    /// <param name="changed">The requests that it changed; null where that is not told.</param>
    public static string Read(string notice, out IReadOnlyList<string>? changed)
    {
        var end = notice.IndexOf(' ', StringComparison.Ordinal);
        changed = end < 0 ? null : notice[end..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return end < 0 ? notice : notice[..end];
    }
}
