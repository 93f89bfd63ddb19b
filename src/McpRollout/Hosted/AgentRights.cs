namespace McpRollout.Hosted;

/// <summary>What a token may allow.</summary>
internal static class AgentRights
{
    /// <summary>To see histories and statuses.</summary>
    public const string Read = "rollout.read";

    /// <summary>To ask for undos, follow them and take them back; with it one may read, too.</summary>
    public const string Undo = "rollout.undo";

    /// <summary>Whether a tool needs <see cref="Undo"/>.</summary>
    public static bool NeedsUndo(string? tool) => tool?.StartsWith("k8s_rollout_undo", StringComparison.Ordinal) is true;
}
