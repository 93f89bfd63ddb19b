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
        services.TryAddSingleton(ToolOffer.Of);
        services.TryAddSingleton(Undoing<UndoTool, UndoStatusTool, UndoCancelTool>);
        services.TryAddScoped<ArgoRollouts>();
        services.TryAddScoped<ClusterAdvice>();
        services.TryAddScoped<OwnerSearch>();
        services.TryAddScoped<RolloutWait>();
        services.TryAddSingleton<RequestWait>();
        services.TryAddSingleton<RequestAnswer>();
        services.TryAddSingleton<OpeningSeal>();
        services.TryAddSingleton<PageOpening>();
        services.TryAddSingleton<WaitTasks>();
        services.TryAddSingleton<IUndoMemory, StoredUndos>();
        services.TryAddScoped<HistoryTool>();
        services.TryAddScoped<StatusTool>();
        services.TryAddScoped<UndoTool>();
        services.TryAddSingleton<UndoStatusTool>();
        services.TryAddSingleton<UndoCancelTool>();
        services.TryAddScoped<ReleaseAdvice>();
        services.TryAddKeyedScoped<ITool, ReleaseHistoryTool>("k8s_rollout_history");
        services.TryAddKeyedScoped<ITool, ReleaseStatusTool>("k8s_rollout_status");
        services.TryAddKeyedScoped<ITool, ReleaseUndoTool>(ServedTool.Undo);
        services.TryAddScoped<ReleaseTools>();
        return services;
    }

    /// <summary>The tools that ask for undos, follow them and take them back.</summary>
    public static UndoTools Undoing<TUndo, TStatus, TCancel>(IServiceProvider services)
        where TUndo : class, ITool
        where TStatus : class, ITool
        where TCancel : class, ITool
    {
        var offer = services.GetRequiredService<ToolOffer>();
        return new([new ServedTool<TUndo>(ServedTool.Undo, offer), new ServedTool<TStatus>("k8s_rollout_undo_status", offer),
            new ServedTool<TCancel>("k8s_rollout_undo_cancel", offer)]);
    }

    /// <summary>The tools that only read.</summary>
    public static IReadOnlyList<ServedTool> Reading(ToolOffer offer) =>
        [new ServedTool<HistoryTool>("k8s_rollout_history", offer), new ServedTool<StatusTool>("k8s_rollout_status", offer)];

    /// <summary>Lists the tools, always in the same order.</summary>
    public static void Offer(McpServerOptions options, IReadOnlyList<ServedTool> offered, Clusters clusters)
    {
        options.ToolCollection = new ListedTools(offered);

        // The SDK's collection is a hash table: without this each start of the server lists in another order.
        options.Filters.Request.ListToolsFilters.Add(_ => (_, _) =>
            ValueTask.FromResult(new ListToolsResult
            {
                Tools = [.. offered.Select(tool => HaveRollouts(clusters) ? tool.WithRollouts : tool.ProtocolTool)],
            }));
    }

    /// <summary>Has the clients that want to know told, when the first Rollout is met.</summary>
    public static void TellOfRollouts(McpServerOptions options, Clusters clusters)
    {
        foreach (var cluster in clusters.All)
            cluster.Part<ArgoRollouts>().Met += (_, _) => ((ListedTools)options.ToolCollection!).TellOfChange();
    }

    private static bool HaveRollouts(Clusters clusters) => clusters.All.Any(cluster => cluster.Part<ArgoRollouts>().IsInstalled);

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
