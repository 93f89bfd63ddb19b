using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Telemetry;

/// <summary>Registers OpenTelemetry, if its standard variables ask for it.</summary>
internal static class TelemetryServices
{
    private static readonly string[] Endpoints =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    ];

    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        var isDisabled = Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED") is "true";
        return isDisabled || !Endpoints.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 })
            ? services
            : services.AddHostedService<Exporting>();
    }
}
