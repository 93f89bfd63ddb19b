namespace McpRollout.Mcp.Tools;

/// <summary>What the tools do with releases of Helm.</summary>
internal sealed class ReleaseTools(IServiceProvider parts)
{
    /// <summary>What a tool does; made at the first call.</summary>
    /// <param name="name">The tool's name.</param>
    public ITool Of(string name) => parts.GetRequiredKeyedService<ITool>(name);
}
