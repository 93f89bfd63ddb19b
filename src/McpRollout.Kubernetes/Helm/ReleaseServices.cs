using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.Reading;

namespace McpRollout.Kubernetes.Helm;

/// <summary>Registers what reads Helm's releases.</summary>
internal static class ReleaseServices
{
    /// <summary>Adds <see cref="ReleaseReader"/> and its port. Without this nothing in the process can ask for a Secret's values.</summary>
    public static IServiceCollection AddReleases(this IServiceCollection services)
    {
        services.TryAddSingleton<IReleaseRecords, ReleaseRecordClient>();
        services.TryAddSingleton<ReleaseReader>();
        services.TryAddSingleton(provider => new ReleaseCommands(provider.GetRequiredService<IOptions<HelmOptions>>().Value.Program));
        return services;
    }
}
