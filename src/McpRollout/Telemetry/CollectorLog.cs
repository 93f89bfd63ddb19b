using McpRollout.Approvals.Audit.Sinks;
using OpenTelemetry.Exporter;

namespace McpRollout.Telemetry;

/// <summary>OpenTelemetry logs by OTLP, each acknowledged by the collector before the next.</summary>
internal sealed class CollectorLog : ICollectorLog, IDisposable
{
    private readonly AcknowledgedExport _export;
    private readonly ILoggerFactory _factory;
    private readonly ILogger _logger;

    public CollectorLog(IOptions<AuditOptions> options)
    {
        var exporter = new OtlpExporterOptions { TimeoutMilliseconds = (int)options.Value.Deadline.TotalMilliseconds };
        if (TelemetryServices.OwnEndpoint("LOGS") is { } endpoint)
            exporter.Endpoint = new Uri(endpoint);
        _export = new AcknowledgedExport(new OtlpLogExporter(exporter));
        _factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(telemetry =>
        {
            telemetry.SetResourceBuilder(Exporting.Describe(OpenTelemetry.Resources.ResourceBuilder.CreateDefault()));
            telemetry.AddProcessor(_export);
            telemetry.IncludeFormattedMessage = true;
        }));
        _logger = _factory.CreateLogger("McpRollout.Audit");
    }

    /// <inheritdoc/>
    public bool Takes(string line) => Takes(line, [new("event.name", "audit.checkpoint")]);

    /// <summary>Sends a line with what it is about; whether the collector acknowledged it.</summary>
    public bool Takes(string line, IReadOnlyList<KeyValuePair<string, object?>> attributes)
    {
        lock (_export)
        {
            _logger.Log(LogLevel.Information, default, attributes, null, (_, _) => line);
            return _export.IsAcknowledged;
        }
    }

    public void Dispose() => _factory.Dispose();
}
