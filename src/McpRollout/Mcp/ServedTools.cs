using McpRollout.Mcp.Answers;
using McpRollout.Mcp.Arguments;
using McpRollout.Mcp.Tools;

namespace McpRollout.Mcp;

internal static class ServedTools
{
    /// <summary>Registers what the tools do. Nothing of it is made before the first call.</summary>
    public static IServiceCollection AddTools(this IServiceCollection services)
    {
        // Where no page is composed, it is another process that has one.
        services.TryAddSingleton(_ => new PageStatus(PageState.ServedByPeer));
        services.TryAddSingleton<PageLink>();
        services.TryAddSingleton(Undoing<UndoTool, UndoStatusTool, UndoCancelTool>);
        services.TryAddSingleton<ArgoRollouts>();
        services.TryAddSingleton<ClusterAdvice>();
        services.TryAddSingleton<OwnerSearch>();
        services.TryAddSingleton<RolloutWait>();
        services.TryAddSingleton<RequestWait>();
        services.TryAddSingleton<RequestAnswer>();
        services.TryAddSingleton<OpeningSeal>();
        services.TryAddSingleton<PageOpening>();
        services.TryAddSingleton<WaitTasks>();
        services.TryAddSingleton<IUndoMemory, StoredUndos>();
        services.TryAddSingleton<HistoryTool>();
        services.TryAddSingleton<StatusTool>();
        services.TryAddSingleton<UndoTool>();
        services.TryAddSingleton<UndoStatusTool>();
        services.TryAddSingleton<UndoCancelTool>();
        services.TryAddSingleton<ReleaseAdvice>();
        services.TryAddKeyedSingleton<ITool, ReleaseHistoryTool>("k8s_rollout_history");
        services.TryAddKeyedSingleton<ITool, ReleaseStatusTool>("k8s_rollout_status");
        services.TryAddKeyedSingleton<ITool, ReleaseUndoTool>("k8s_rollout_undo");
        return services;
    }

    /// <summary>The tools that ask for undos, follow them and take them back.</summary>
    public static UndoTools Undoing<TUndo, TStatus, TCancel>(IServiceProvider services)
        where TUndo : class, ITool
        where TStatus : class, ITool
        where TCancel : class, ITool =>
        new([new ServedTool<TUndo>("k8s_rollout_undo", ServesReleases(services)), new ServedTool<TStatus>("k8s_rollout_undo_status"),
            new ServedTool<TCancel>("k8s_rollout_undo_cancel")]);

    /// <summary>Whether releases of Helm can be asked for.</summary>
    public static bool ServesReleases(IServiceProvider services) => services.GetService<ReleaseReader>() is not null;

    /// <summary>The tools that only read.</summary>
    public static IReadOnlyList<ServedTool> Reading(bool servesReleases) =>
    [
        new ServedTool<HistoryTool>("k8s_rollout_history", servesReleases),
        new ServedTool<StatusTool>("k8s_rollout_status", servesReleases),
    ];

    /// <summary>Lists the tools, always in the same order.</summary>
    public static void Offer(McpServerOptions options, IReadOnlyList<ServedTool> offered, ArgoRollouts rollouts)
    {
        options.ToolCollection = new ListedTools(offered);

        // The SDK's collection is a hash table: without this each start of the server lists in another order.
        options.Filters.Request.ListToolsFilters.Add(_ => (_, _) =>
            ValueTask.FromResult(new ListToolsResult
            {
                Tools = [.. offered.Select(tool => rollouts.IsInstalled ? tool.WithRollouts : tool.ProtocolTool)],
            }));
    }

    /// <summary>Has the clients that want to know told, when the first Rollout is met.</summary>
    public static void TellOfRollouts(McpServerOptions options, ArgoRollouts rollouts) =>
        rollouts.Met += (_, _) => ((ListedTools)options.ToolCollection!).TellOfChange();

    private sealed class ListedTools : McpServerPrimitiveCollection<McpServerTool>
    {
        public ListedTools(IEnumerable<ServedTool> tools)
        {
            foreach (var tool in tools)
                Add(tool);
        }

        // The SDK tells the clients that want to know.
        public void TellOfChange() => RaiseChanged();
    }
}
