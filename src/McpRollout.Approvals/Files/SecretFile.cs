namespace McpRollout.Approvals.Files;

/// <summary>A key or a token in a file of its own. White space around it, such as the line's end, is not part of it.</summary>
internal static class SecretFile
{
    private const int Shortest = 16;

    private const UnixFileMode TooOpen =
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Reads it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] Read(string path) => Encoding.UTF8.GetBytes(File.ReadAllText(path).Trim());

    /// <summary>What is wrong with it, with the remedy; null if nothing is.</summary>
    public static string? Error(string path, int shortest = Shortest)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & TooOpen) != 0)
                return $"which others on this machine can read or write: chmod 600 '{path}', and change what is in it if others may have "
                    + "seen it";
            return Read(path).Length < shortest
                ? $"which holds less than {shortest} characters: make a secret, e.g. by 'openssl rand -hex 32'"
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"which cannot be read ({failure.Message}): write the path of the file with the secret";
        }
    }

    /// <summary>The same for a token that travels in a header: one word of visible ASCII.</summary>
    public static string? TokenError(string path) => Error(path) ?? (Array.TrueForAll(Read(path), each => each is > (byte)' ' and < 0x7f)
        ? null
        : "which holds more than one word: write into it what 'mcp-rollout approvals agent-token FILE' makes, and nothing else");
}
