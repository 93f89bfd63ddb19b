namespace McpRollout.Mcp.Tools;

/// <summary>What the tools let callers ask for, beside workloads.</summary>
/// <param name="Releases">Whether releases of Helm.</param>
/// <param name="Clusters">The names of the clusters, of which each call must choose one; none where there is nothing to choose.</param>
internal sealed record ToolOffer(bool Releases, IReadOnlyList<string> Clusters)
{
    /// <summary>What the settings let them ask for. Nothing that speaks to a cluster is made.</summary>
    public static ToolOffer Of(IServiceProvider services) =>
        new(services.GetService<ReleaseCommands>() is not null, services.GetRequiredService<Clusters>().Names);
}
