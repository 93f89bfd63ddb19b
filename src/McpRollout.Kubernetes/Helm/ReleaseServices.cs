using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.Reading;

namespace McpRollout.Kubernetes.Helm;

/// <summary>Registers what reads Helm's releases, and has helm roll them back.</summary>
internal static class ReleaseServices
{
    /// <summary>Adds <see cref="ReleaseReader"/> and the ports. Without this nothing in the process can ask for a Secret's
    /// values.</summary>
    public static IServiceCollection AddReleases(this IServiceCollection services)
    {
        services.TryAddScoped<IReleaseRecords, ReleaseRecordClient>();
        services.TryAddScoped<IReleaseRehearsal, ReleaseRehearsalClient>();
        services.TryAddScoped<IReleaseWriter, HelmProgram>();
        services.TryAddScoped<ReleaseReader>();
        services.TryAddScoped<ReleaseWorkloads>();
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<HelmOptions>>().Value;
            return new ReleaseCommands(options.Program, () => HelmProgram.PathOf(options) is not null);
        });
        return services;
    }
}
