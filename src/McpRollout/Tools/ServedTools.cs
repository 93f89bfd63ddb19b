using McpRollout.Person.Page;
using McpRollout.Tools.Forwarding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRollout.Tools;

/// <summary>Which tools there are.</summary>
internal static class ServedTools
{
    /// <summary>Asks for an undo.</summary>
    public const string Undo = "k8s_rollout_undo";

    private const string UndoStatus = "k8s_rollout_undo_status";
    private const string UndoCancel = "k8s_rollout_undo_cancel";

    /// <summary>Registers what the tools do. Nothing of it is made before the first call.</summary>
    public static IServiceCollection AddTools(this IServiceCollection services)
    {
        // Where no page is composed, nobody says that there is a problem with it.
        services.TryAddSingleton<PageStatus>();
        services.TryAddSingleton<ClusterAdvice>();
        services.TryAddSingleton<OwnerSearch>();
        services.TryAddSingleton<RolloutWait>();
        services.TryAddSingleton<RequestWait>();
        services.TryAddSingleton<RequestAnswer>();
        services.TryAddSingleton<IUndoMemory, StoredUndos>();
        services.TryAddSingleton<HistoryTool>();
        services.TryAddSingleton<StatusTool>();
        services.TryAddSingleton<UndoTool>();
        services.TryAddSingleton<UndoStatusTool>();
        services.TryAddSingleton<UndoCancelTool>();
        return services;
    }

    /// <summary>The same for an agent's side alone: it reads for itself, and takes everything of undos to the approving side.</summary>
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        services.TryAddSingleton<ApprovingSide>();
        services.TryAddSingleton<IUndoMemory, ForwardedMemory>();
        services.TryAddSingleton<ForwardedTool>();
        return services;
    }

    /// <summary>The tools that ask for undos, follow them and take them back.</summary>
    /// <param name="hosted">Whether approvals are hosted by this process.</param>
    public static IReadOnlyList<ServedTool> Undoing(bool hosted) => hosted
        ? [new ServedTool<UndoTool>(Undo), new ServedTool<UndoStatusTool>(UndoStatus), new ServedTool<UndoCancelTool>(UndoCancel)]
        : [new ServedTool<ForwardedTool>(Undo), new ServedTool<ForwardedTool>(UndoStatus), new ServedTool<ForwardedTool>(UndoCancel)];

    /// <summary>Lists the tools, always in the same order.</summary>
    public static void Offer(McpServerOptions options, bool readOnly, bool hosted)
    {
        ServedTool[] offered = [new ServedTool<HistoryTool>("k8s_rollout_history"), new ServedTool<StatusTool>("k8s_rollout_status"), .. readOnly ? [] : Undoing(hosted)];
        options.ToolCollection = [.. offered];

        // The SDK's collection is a hash table: without this each start of the server lists in another order.
        options.Filters.Request.ListToolsFilters.Add(_ => (_, _) =>
            ValueTask.FromResult(new ListToolsResult { Tools = [.. offered.Select(tool => tool.ProtocolTool)] }));
    }
}
