using McpRollout.Mcp;
using McpRollout.Mcp.Tools;
using McpRollout.Web;

namespace McpRollout.Forwarding;

/// <summary>Registers the two halves of forwarding: the agent's side, and what answers it.</summary>
internal static class ForwardingServices
{
    /// <summary>Adds an agent's side alone: it reads for itself, and takes everything of undos to the approving side.</summary>
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ApprovingSide>();
        services.TryAddSingleton<IUndoMemory, ForwardedMemory>();
        services.TryAddScoped<IImageMemory, ForwardedImages>();
        services.TryAddScoped<ForwardedUndo>();
        services.TryAddSingleton<ForwardedTool>();
        services.TryAddSingleton(ServedTools.Undoing<ForwardedUndo, ForwardedTool, ForwardedTool>);
        return services;
    }

    /// <summary>Adds what answers agents' sides in other processes, on the page's server.</summary>
    public static IServiceCollection AddAgentRoute(this IServiceCollection services)
    {
        services.TryAddSingleton<AgentTokens>();
        return services.AddSingleton<IPageRoute, AgentRoute>().AddSingleton<IPageRoute, ProofRoute>();
    }
}
