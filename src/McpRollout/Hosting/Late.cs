using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRollout.Hosting;

/// <summary>Runs a background service that is made when it is first run: a host makes all that it hosts before it starts any, and an agent waits for that.</summary>
/// <typeparam name="TService">The service; registered as itself.</typeparam>
internal sealed class Late<TService>(IServiceProvider services) : BackgroundService
    where TService : BackgroundService
{
    private TService? _service;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // While it is being made there is nothing to stop yet: the wait for the execution, which is told to end, comes first.
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (_service is { } service)
            await service.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _service = services.GetRequiredService<TService>();
        await _service.StartAsync(stoppingToken).ConfigureAwait(false);
        await _service.ExecuteTask!.ConfigureAwait(false);
    }
}

/// <summary>Registers what is run late.</summary>
internal static class LateServices
{
    /// <summary>Adds a background service that is made when it is first run.</summary>
    public static IServiceCollection AddLateService<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService>(
        this IServiceCollection services)
        where TService : BackgroundService => services
        .AddSingleton<TService>()
        .AddHostedService<Late<TService>>();
}
