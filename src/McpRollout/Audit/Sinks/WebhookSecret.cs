using System.Text;

namespace McpRollout.Audit.Sinks;

/// <summary>The webhook's HMAC key, in a file. White space around it, such as the line's end, is not part of it.</summary>
internal static class WebhookSecret
{
    private const int Shortest = 16;

    /// <summary>Reads it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] Read(string path) => Encoding.UTF8.GetBytes(File.ReadAllText(path).Trim());

    /// <summary>What is wrong with it, with the remedy; null if nothing is.</summary>
    public static string? Error(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)) != 0)
                return $"which others on this machine can read or write: chmod 600 '{path}', and change the key if others may have seen it";
            return Read(path).Length < Shortest ? $"which holds a key of less than {Shortest} characters: make one, e.g. by 'openssl rand -hex 32'" : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"which cannot be read ({failure.Message}): write the path of a file with the key that records are signed with";
        }
    }
}
