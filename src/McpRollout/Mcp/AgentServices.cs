using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace McpRollout.Mcp;

/// <summary>Registers the agent's side: the MCP server on stdio and its tools.</summary>
internal static class AgentServices
{
    /// <summary>Adds the server. A transport that is registered later takes the place of stdio.</summary>
    public static IServiceCollection AddAgent(this IServiceCollection services)
    {
        services.AddMcpServer().WithStdioServerTransport();
        return services
            .AddSingleton<IConfigureOptions<McpServerOptions>, AgentServer>()
            .AddTools();
    }
}
