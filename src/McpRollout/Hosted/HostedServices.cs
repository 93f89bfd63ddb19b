using McpRollout.Forwarding;
using McpRollout.Mcp;
using McpRollout.Web;

namespace McpRollout.Hosted;

internal static class HostedServices
{
    /// <summary>Adds MCP over HTTP to the page's server.</summary>
    public static IServiceCollection AddMcpRoute(this IServiceCollection services)
    {
        services.TryAddSingleton<AgentServer>();
        services.TryAddSingleton<AgentTokens>();
        services.TryAddSingleton<AccessTokens>();
        return services.AddSingleton<McpRoute>().AddSingleton<IPageRoute>(provider => provider.GetRequiredService<McpRoute>());
    }
}
