using McpRollout.Broker.Policies;
using McpRollout.Broker.Storage;
using McpRollout.Rollouts.Findings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRollout.Broker;

/// <summary>Registers the broker and its store.</summary>
internal static class BrokerServices
{
    public static IServiceCollection AddBroker(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(Database)
            .AddSingleton<StoreSignal>()
            .AddSingleton<RequestStore>()
            .AddSingleton<EarlierUndos>()
            .AddSingleton<PolicySource>()
            .AddSingleton<ApprovalBroker>()
            .AddSingleton<SurroundingsReader>()
            .AddSingleton<UndoDesk>();
    }

    private static IDatabase Database(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<StorageOptions>>();
        return options.Value.Postgres is null
            ? new SqliteDatabase(options)
            : new PostgresDatabase(options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PostgresDatabase>>());
    }
}
