namespace McpRollout.Approvals.Files;

/// <summary>What a start looks at in the files that it is to go on with: that they keep what is written, for their owner alone.</summary>
internal static class KeptFiles
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const UnixFileMode WrittenByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>An error for each that is there and keeps nothing, with the remedy.</summary>
    public static IEnumerable<string> Errors(IEnumerable<string> files) => files.Where(file => FileFacts.Of(file) is { IsRegular: false })
        .Select(file => $"{file} is a folder, a device, a pipe or a socket and keeps nothing: move it away, or name another file.");

    /// <summary>A warning for each of the files, and of the folders that they are in, with the command that mends it.</summary>
    public static IReadOnlyList<string> Warnings(IReadOnlyCollection<string> files) =>
    [
        .. files.Where(File.Exists).Select(file => OfFile(file, ModeOf(file))).OfType<string>(),
        .. files.Select(file => Path.GetDirectoryName(file)!).Distinct().Where(Directory.Exists)
            .Select(folder => OfFolder(folder, ModeOf(folder))).OfType<string>(),
    ];

    /// <summary>What is loose about a file; null if nothing is.</summary>
    public static string? OfFile(string path, UnixFileMode mode) => (mode & Others) == 0 ? null
        : $"{path} can be read or written by others on this machine: chmod 600 {Quoted(path)}";

    /// <summary>
    /// What is loose about a folder; null if nothing is. Who can write to it can put another file in a file's place, unless it is sticky,
    /// as /tmp is.
    /// </summary>
    public static string? OfFolder(string path, UnixFileMode mode) =>
        (mode & WrittenByOthers) == 0 || (mode & UnixFileMode.StickyBit) != 0 ? null
        : $"Others on this machine can exchange the files in {path}: chmod go-w {Quoted(path)}";

    // Windows' per-user state folder is its owner's alone.
    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
