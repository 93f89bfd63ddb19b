namespace McpRollout.Mcp;

/// <summary>Registers the agent's side: the MCP server on stdio and its tools.</summary>
internal static class AgentServices
{
    /// <summary>Adds the server. A transport that is registered before takes the place of stdio.</summary>
    public static IServiceCollection AddAgent(this IServiceCollection services)
    {
        services.TryAddSingleton<ITransport>(
            provider => new StdioServerTransport("mcp-rollout", provider.GetRequiredService<ILoggerFactory>()));
        return services.AddSingleton<AgentServer>().AddHostedService<AgentSession>().AddTools();
    }
}
