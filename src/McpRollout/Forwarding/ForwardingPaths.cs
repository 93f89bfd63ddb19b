namespace McpRollout.Forwarding;

/// <summary>What the approving side answers agents' sides at.</summary>
internal static class ForwardingPaths
{
    /// <summary>All of them begin so.</summary>
    public const string Prefix = "/agent";

    /// <summary><c>POST</c>: calls a tool.</summary>
    public static string OfTool(string tool) => $"{Prefix}/tools/{tool}";

    /// <summary><c>GET</c>: the undos of a workload.</summary>
    public static string OfUndos(WorkloadRef workload) =>
        $"{Prefix}/undos/{workload.TypeName}/{Uri.EscapeDataString(workload.Namespace)}/{Uri.EscapeDataString(workload.Name)}";
}
