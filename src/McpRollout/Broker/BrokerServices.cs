using McpRollout.Broker.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpRollout.Broker;

/// <summary>Registers the broker and its store.</summary>
internal static class BrokerServices
{
    public static IServiceCollection AddBroker(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<SqliteDatabase>()
            .AddSingleton<StoreSignal>()
            .AddSingleton<IRequestStore, SqliteRequestStore>()
            .AddSingleton<ApprovalBroker>()
            .AddSingleton<UndoDesk>();
    }
}
