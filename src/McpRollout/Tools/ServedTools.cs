using McpRollout.Person.Page;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRollout.Tools;

/// <summary>Which tools there are.</summary>
internal static class ServedTools
{
    /// <summary>Registers what the tools do. Nothing of it is made before the first call.</summary>
    public static IServiceCollection AddTools(this IServiceCollection services)
    {
        // Where no page is composed, nobody says that there is a problem with it.
        services.TryAddSingleton<PageStatus>();
        return services
            .AddSingleton<ClusterAdvice>()
            .AddSingleton<OwnerSearch>()
            .AddSingleton<RolloutWait>()
            .AddSingleton<RequestWait>()
            .AddSingleton<RequestAnswer>()
            .AddSingleton<HistoryTool>()
            .AddSingleton<StatusTool>()
            .AddSingleton<UndoTool>()
            .AddSingleton<UndoStatusTool>()
            .AddSingleton<UndoCancelTool>();
    }

    /// <summary>Lists the tools, always in the same order.</summary>
    public static void Offer(McpServerOptions options, bool readOnly)
    {
        McpServerTool[] reading =
        [
            new ServedTool<HistoryTool>("k8s_rollout_history"),
            new ServedTool<StatusTool>("k8s_rollout_status"),
        ];
        McpServerTool[] undoing =
        [
            new ServedTool<UndoTool>("k8s_rollout_undo"),
            new ServedTool<UndoStatusTool>("k8s_rollout_undo_status"),
            new ServedTool<UndoCancelTool>("k8s_rollout_undo_cancel"),
        ];
        McpServerTool[] offered = readOnly ? reading : [.. reading, .. undoing];
        options.ToolCollection = [.. offered];

        // The SDK's collection is a hash table: without this each start of the server lists in another order.
        options.Filters.Request.ListToolsFilters.Add(_ => (_, _) =>
            ValueTask.FromResult(new ListToolsResult { Tools = [.. offered.Select(tool => tool.ProtocolTool)] }));
    }
}
