namespace McpRollout.PracticeCluster.Access;

/// <summary>Who asks.</summary>
internal sealed record User(string Name, params string[] Groups)
{
    public static readonly User Admin = new("admin", "system:masters", "system:authenticated");
    public static readonly User Anonymous = new("system:anonymous", "system:unauthenticated");

    public bool IsMaster => Groups.Contains("system:masters");

    /// <summary>The bearer tokens of the practice kubeconfig; nobody else is let in.</summary>
    public static User? FromAuthorization(string? header) => header switch
    {
        "Bearer admin-token" => Admin,
        "Bearer undoer-token" => new("undoer", "system:authenticated"),
        "Bearer viewer-token" => new("viewer", "system:authenticated"),
        _ => null,
    };
}
