using McpRollout.Kubernetes.Api;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace McpRollout.Telemetry;

/// <summary>Sends spans and metrics by OTLP, for as long as the host lives. The exporter reads the standard variables itself.</summary>
internal sealed class Exporting : IHostedService, IDisposable
{
    /// <summary>The MCP SDK's own source and meter; the name is its, and may lose the prefix in a later version.</summary>
    private const string ModelContextProtocol = "Experimental.ModelContextProtocol";

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (TelemetryServices.IsAskedFor("TRACES"))
            _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => Describe(resource))
            .AddSource(UndoTelemetry.Name, ClusterTelemetry.SourceName, ModelContextProtocol)
            .AddOtlpExporter()
            .Build();
        if (TelemetryServices.IsAskedFor("METRICS"))
            _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => Describe(resource))
            .AddMeter(UndoTelemetry.Name, ModelContextProtocol)
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        // Disposing sends what is still held back.
        _traces?.Dispose();
        _metrics?.Dispose();
        (_traces, _metrics) = (null, null);
    }

    /// <summary>Says who speaks. The environment's OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and so count.</summary>
    public static ResourceBuilder Describe(ResourceBuilder resource) => resource
        .AddService("mcp-rollout", serviceVersion: typeof(Exporting).Assembly.GetName().Version?.ToString(3))
        .AddEnvironmentVariableDetector();
}
