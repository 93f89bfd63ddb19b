using McpRollout.Approvals.Audit.Sinks;

namespace McpRollout.Telemetry;

/// <summary>Registers OpenTelemetry, if its standard variables ask for it.</summary>
internal static class TelemetryServices
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services) =>
        IsAskedFor("TRACES") || IsAskedFor("METRICS") ? services.AddHostedService<Exporting>() : services;

    /// <summary>Adds the listener for Prometheus, if the settings name its address.</summary>
    public static IServiceCollection AddMetricsListener(this IServiceCollection services, bool isAskedFor) =>
        isAskedFor ? services.AddHostedService<MetricsListener>() : services;

    public static IServiceCollection AddOpenTelemetrySink(this IServiceCollection services) => services
        .AddSingleton<CollectorLog>()
        .AddSingleton<ICollectorLog>(provider => provider.GetRequiredService<CollectorLog>())
        .AddSingleton<OpenTelemetrySink>()
        .AddSingleton(new SinkSource(
            "OpenTelemetry", audit => audit.Sinks.OpenTelemetry, provider => provider.GetRequiredService<OpenTelemetrySink>()));

    /// <summary>Whether an endpoint is set for a signal: without one nothing is exported, not even to the default one.</summary>
    public static bool IsAskedFor(string signal) =>
        Variable("OTEL_SDK_DISABLED") != "true" && (Variable("OTEL_EXPORTER_OTLP_ENDPOINT") ?? OwnEndpoint(signal)) is not null;

    /// <summary>The endpoint that is set for this signal alone.</summary>
    public static string? OwnEndpoint(string signal) => Variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
