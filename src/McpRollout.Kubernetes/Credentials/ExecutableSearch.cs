namespace McpRollout.Kubernetes.Credentials;

/// <summary>
/// Finds a plugin on PATH. <see cref="System.Diagnostics.Process"/> would look into the current folder before PATH; that folder is
/// the agent's workspace, so a file there must never be taken for a plugin.
/// </summary>
internal static class ExecutableSearch
{
    /// <summary>The absolute path of a command; null if there is none.</summary>
    public static string? Find(string command, string? path)
    {
        if (Path.IsPathFullyQualified(command))
            return Candidates(command).FirstOrDefault(IsExecutable);

        return (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => Candidates(Path.Combine(folder, command)))
            .FirstOrDefault(IsExecutable);
    }

    private static IEnumerable<string> Candidates(string file) => OperatingSystem.IsWindows() && !Path.HasExtension(file)
        ? (Environment.GetEnvironmentVariable("PATHEXT") ?? ".EXE;.CMD;.BAT").Split(';').Select(extension => file + extension)
        : [file];

    private static bool IsExecutable(string file) => File.Exists(file)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
