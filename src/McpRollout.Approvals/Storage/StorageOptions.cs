namespace McpRollout.Approvals.Storage;

/// <summary>The <c>Storage</c> section.</summary>
internal sealed class StorageOptions
{
    private const string Folder = "mcp-rollout";

    /// <summary>The store's file. Default: <c>state.db</c> in the platform's state folder.</summary>
    public string? Path { get; set; }

    /// <summary>
    /// Connection string of a PostgreSQL database that takes the file's place, for several replicas and hosts. Default: none. May hold a
    /// password: never shown.
    /// </summary>
    public string? Postgres { get; set; }

    /// <summary>The embedded store's full path; with PostgreSQL only its folder is used, for what lies beside the store.</summary>
    public string FullPath => System.IO.Path.GetFullPath(Path ?? System.IO.Path.Combine(StateFolder, Folder, "state.db"));

    private static string StateFolder => OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
        ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state
        : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
}
