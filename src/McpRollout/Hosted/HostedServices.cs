using McpRollout.Forwarding;
using McpRollout.Mcp;
using McpRollout.Web;

namespace McpRollout.Hosted;

internal static class HostedServices
{
    /// <summary>Adds the sign-in through the company's provider to the page's server.</summary>
    public static IServiceCollection AddProviderSignIn(this IServiceCollection services) =>
        services.AddSingleton<StoreProtection>().AddSingleton<IPageRoute, ProviderRoute>();

    /// <summary>Adds MCP over HTTP to the page's server.</summary>
    public static IServiceCollection AddMcpRoute(this IServiceCollection services)
    {
        services.TryAddSingleton<AgentServer>();
        services.TryAddSingleton<AgentTokens>();
        services.TryAddSingleton<AccessTokens>();
        return services.AddSingleton<McpRoute>().AddSingleton<IPageRoute>(provider => provider.GetRequiredService<McpRoute>());
    }
}
