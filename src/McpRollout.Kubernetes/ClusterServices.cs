using McpRollout.Kubernetes.Api;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Rollouts.Reading;

namespace McpRollout.Kubernetes;

/// <summary>Registers the clients of clusters.</summary>
internal static class ClusterServices
{
    /// <summary>
    /// Adds <see cref="Clusters"/>, and what each of them has: <see cref="IClusterReader"/>, <see cref="IClusterWriter"/> and
    /// <see cref="ClusterScope"/>. All that speaks to a cluster is registered as scoped, with a scope for each cluster that the
    /// <c>Clusters</c> section names; where it names none, the process itself is the scope of the one that <c>Cluster</c> names. An
    /// <see cref="IConnectionSource"/> that is registered before takes the place of the kubeconfig.
    /// </summary>
    public static IServiceCollection AddCluster(this IServiceCollection services)
    {
        services.AddOptions<ClusterOptions>().BindConfiguration("Cluster");
        services.AddOptions<ClustersOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterOptions>, ClusterOptionsValidation>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(KubeconfigEnvironment.Current);
        services.TryAddSingleton(ClustersOf);
        services.TryAddScoped<ClusterChoice>();
        services.TryAddScoped<IConnectionSource, KubeconfigSource>();
        services.TryAddScoped(provider => ScopeOf(
            provider.GetRequiredService<ClusterChoice>().Name, provider.GetRequiredService<ClusterChoice>().Options));
        services.TryAddScoped<ApiTransport>();
        services.TryAddScoped<ApiServerClient>();
        services.TryAddScoped<IClusterReader>(provider => provider.GetRequiredService<ApiServerClient>());
        services.TryAddScoped(provider => new OwnerReader(
            provider.GetRequiredService<IClusterReader>(),
            provider.GetRequiredService<ClusterChoice>().Options.ArgoNamespace,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddScoped<IClusterWriter>(provider => provider.GetRequiredService<ApiServerClient>());
        return services;
    }

    private static Clusters ClustersOf(IServiceProvider provider)
    {
        var named = provider.GetRequiredService<IOptions<ClustersOptions>>().Value.Named;
        if (named.Count > 0)
            return new([.. named.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => Of(each.Key, each.Value, provider))]);

        return new([new ServedCluster(null, provider.GetRequiredService<ClusterScope>(), provider)]);
    }

    private static ServedCluster Of(string name, ClusterOptions options, IServiceProvider process)
    {
        var scope = process.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ClusterChoice>().Choose(name, options);
        return new(name, scope.ServiceProvider.GetRequiredService<ClusterScope>(), scope.ServiceProvider, scope);
    }

    private static ClusterScope ScopeOf(string? name, ClusterOptions options) =>
        new(options.Namespaces, options.ReadOnly, name is null ? "Cluster" : $"Clusters:{name}", options.Production);
}
