using McpRollout.Broker.Policies;
using McpRollout.Broker.Storage;
using McpRollout.Rollouts.Findings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRollout.Broker;

/// <summary>Registers the broker and its store.</summary>
internal static class BrokerServices
{
    public static IServiceCollection AddBroker(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<IDatabase>(provider => provider.GetRequiredService<IOptions<StorageOptions>>().Value.Postgres is null
                ? ActivatorUtilities.CreateInstance<SqliteDatabase>(provider)
                : ActivatorUtilities.CreateInstance<PostgresDatabase>(provider))
            .AddSingleton<StoreSignal>()
            .AddSingleton<RequestStore>()
            .AddSingleton<EarlierUndos>()
            .AddSingleton<PolicySource>()
            .AddSingleton<ApprovalBroker>()
            .AddSingleton<SurroundingsReader>()
            .AddSingleton<UndoDesk>();
    }
}
