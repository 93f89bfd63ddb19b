namespace McpRollout.Mcp.Tools;

/// <summary>
/// On whose behalf an agent asks, as far as this server can know: the user it runs as or the person its settings name, and what the client
/// says of itself.
/// </summary>
internal static class AgentIdentity
{
    private const int LongestName = 60;
    private const int LongestVersion = 30;

    /// <summary>Who asks, through this client. Its name is the client's own word, so it is made visible and cut.</summary>
    public static Requester Of(Implementation? client, ApprovalOptions options) =>
        new(Environment.UserName, NameOf(client), options.Requester);

    private static string NameOf(Implementation? client) => client is null || string.IsNullOrWhiteSpace(client.Name)
        ? "unknown client"
        : $"{VisibleText.Of(client.Name, LongestName)} {VisibleText.Of(client.Version ?? "", LongestVersion)}".TrimEnd();
}
