namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>Reads a file of lines, which may be long, and mends its last one.</summary>
internal static class JsonLines
{
    private const int FirstWindow = 64 * 1024;

    /// <summary>
    /// Whether this is what a crash, a full disk or a power cut leaves of a line that was being written: its beginning, and zeros where
    /// the disk was not written yet.
    /// </summary>
    public static bool IsTornOff(ReadOnlySpan<byte> torn, ReadOnlySpan<byte> line) => line.StartsWith(torn.TrimEnd((byte)0));

    /// <summary>As <see cref="ReadEnd(FileStream)"/>, of a file that others may write meanwhile.</summary>
    public static (byte[] Last, byte[] Torn) ReadEnd(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return ReadEnd(file);
    }

    /// <summary>The last whole line, empty if there is none, and what a crash or a stranger left behind it.</summary>
    public static (byte[] Last, byte[] Torn) ReadEnd(FileStream file)
    {
        for (var window = (long)FirstWindow; ; window *= 4)
        {
            var from = Math.Max(0, file.Length - window);
            file.Position = from;
            var tail = new byte[file.Length - from];
            file.ReadExactly(tail);
            var end = tail.AsSpan().LastIndexOf((byte)'\n');
            var start = end < 0 ? -1 : tail.AsSpan(0, end).LastIndexOf((byte)'\n');
            if (start < 0 && from > 0)
                continue;
            return (end < 0 ? [] : tail[(start + 1)..end], tail[(end + 1)..]);
        }
    }

    /// <summary>Every line without its end, where it begins, and whether it has an end.</summary>
    public static IEnumerable<(long At, byte[] Line, bool IsWhole)> All(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FirstWindow);
        var line = new List<byte>();
        for (var at = 0L; ; line.Clear())
        {
            int next;
            while ((next = file.ReadByte()) is not (-1 or '\n'))
                line.Add((byte)next);
            if (next >= 0 || line.Count > 0)
                yield return (at, [.. line], next >= 0);
            if (next < 0)
                yield break;
            at += line.Count + 1;
        }
    }

    /// <summary>Whether the file ends with a whole line.</summary>
    public static bool EndsWithLine(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.Length == 0 || (file.Seek(-1, SeekOrigin.End) >= 0 && file.ReadByte() == '\n');
    }

    /// <summary>Takes the torn end off.</summary>
    public static void Cut(FileStream file, byte[] torn)
    {
        file.SetLength(file.Length - torn.Length);
        file.Position = file.Length;
    }
}
