using Microsoft.Extensions.Configuration;

namespace McpRollout.Hosting;

/// <summary>
/// Registers closed generic types by name. The container would make them of the open ones by reflection, and for a native program, which
/// has no compiler with it, that was a quarter of its start.
/// </summary>
internal static class ClosedTypes
{
    public static IServiceCollection AddSection<TOptions>(
        this IServiceCollection services,
        Action<IConfiguration, TOptions> bind,
        Func<IServiceProvider, IReadOnlyList<IValidateOptions<TOptions>>> validations)
        where TOptions : class, new() => services.AddSingleton<IOptions<TOptions>>(provider =>
            new BoundOptions<TOptions>(options => bind(provider.GetRequiredService<IConfiguration>(), options), validations(provider)));

    /// <summary>Adds the logger of a class. One that is missing here is still made, and takes longer.</summary>
    public static IServiceCollection AddLogger<TCategory>(this IServiceCollection services) =>
        services.AddSingleton<ILogger<TCategory>>(provider => new Logger<TCategory>(provider.GetRequiredService<ILoggerFactory>()));
}
