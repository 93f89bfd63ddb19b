using McpRollout.Kubernetes.Api;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Rollouts.Reading;

namespace McpRollout.Kubernetes;

/// <summary>Registers the cluster client.</summary>
internal static class ClusterServices
{
    /// <summary>
    /// Adds <see cref="IClusterReader"/>, <see cref="IClusterWriter"/> and <see cref="ClusterScope"/> for what the <c>Cluster</c> section
    /// names. An <see cref="IConnectionSource"/> that is registered before takes the place of the kubeconfig.
    /// </summary>
    public static IServiceCollection AddCluster(this IServiceCollection services)
    {
        services.AddOptions<ClusterOptions>().BindConfiguration("Cluster");
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterOptions>, ClusterOptionsValidation>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(KubeconfigEnvironment.Current);
        services.TryAddSingleton<IConnectionSource, KubeconfigSource>();
        services.TryAddSingleton(provider => ScopeOf(provider.GetRequiredService<IOptions<ClusterOptions>>().Value));
        services.TryAddSingleton<ApiTransport>();
        services.TryAddSingleton<ApiServerClient>();
        services.TryAddSingleton<IClusterReader>(provider => provider.GetRequiredService<ApiServerClient>());
        services.TryAddSingleton(provider => new OwnerReader(
            provider.GetRequiredService<IClusterReader>(),
            provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ArgoNamespace,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IClusterWriter>(provider => provider.GetRequiredService<ApiServerClient>());
        return services;
    }

    private static ClusterScope ScopeOf(ClusterOptions options) => new(options.Namespaces, options.ReadOnly);
}
