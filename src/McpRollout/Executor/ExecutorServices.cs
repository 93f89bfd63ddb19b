using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpRollout.Executor;

/// <summary>Registers what carries approved undos out.</summary>
internal static class ExecutorServices
{
    public static IServiceCollection AddExecutor(this IServiceCollection services)
    {
        services.TryAddSingleton(new ExecutorTimes());
        return services
            .AddSingleton<ExecutorReachSource>()
            .AddSingleton<UndoWriter>()
            .AddSingleton<UndoExecution>()
            .AddSingleton<Reconciliation>()
            .AddSingleton<StuckPodRelease>()
            .AddSingleton<RolloutFollower>()
            .AddHostedService<UndoExecutor>();
    }
}
