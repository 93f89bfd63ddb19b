using McpRollout.Cluster.Api;
using McpRollout.Cluster.Connections;
using McpRollout.Cluster.Kubeconfigs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRollout.Cluster;

/// <summary>Registers the cluster client.</summary>
internal static class ClusterServices
{
    /// <summary>
    /// Adds <see cref="IClusterReader"/>, <see cref="IClusterWriter"/> and <see cref="NamespaceScope"/> for what the <c>Cluster</c> section names.
    /// An <see cref="IConnectionSource"/> that is registered before takes the place of the kubeconfig.
    /// </summary>
    public static IServiceCollection AddCluster(this IServiceCollection services)
    {
        services.AddOptions<ClusterOptions>().BindConfiguration("Cluster");
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterOptions>, ClusterOptionsValidation>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Surroundings.Current);
        services.TryAddSingleton<IConnectionSource, KubeconfigSource>();
        services.TryAddSingleton(provider => new NamespaceScope(provider.GetRequiredService<IOptions<ClusterOptions>>().Value.Namespaces));
        services.TryAddSingleton<ApiTransport>();
        services.TryAddSingleton<ApiServerClient>();
        services.TryAddSingleton<IClusterReader>(provider => provider.GetRequiredService<ApiServerClient>());
        services.TryAddSingleton<IClusterWriter>(provider => provider.GetRequiredService<ApiServerClient>());
        return services;
    }
}
