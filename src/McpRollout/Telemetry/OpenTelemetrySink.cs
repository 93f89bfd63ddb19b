using McpRollout.Approvals.Audit.Sinks;
using OpenTelemetry.Exporter;

namespace McpRollout.Telemetry;

/// <summary>OpenTelemetry logs by OTLP: the record as the body, what it is about as attributes. Acknowledged when the collector took
/// it.</summary>
internal sealed class OpenTelemetrySink : IAuditSink, IDisposable
{
    private readonly LiveFeed _feed;
    private readonly AcknowledgedExport _export;
    private readonly ILoggerFactory _factory;
    private readonly ILogger _logger;

    public OpenTelemetrySink(AuditLog log, IOptions<AuditOptions> options, TimeProvider time)
    {
        _feed = new LiveFeed(log, time);
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

    public Task CatchUpAsync(CancellationToken cancellationToken) => _feed.DeliverAsync(Tell, cancellationToken);

    public void Dispose() => _factory.Dispose();

    private void Tell(AuditEntry entry)
    {
        var attributes = Attributes(entry);
        _logger.Log(LogLevel.Information, default, attributes, null, (_, _) => entry.Line);
        if (!_export.IsAcknowledged)
            throw new AuditUnavailableException($"The OpenTelemetry collector did not take record {entry.Seq} of the audit.");
    }

    private static List<KeyValuePair<string, object?>> Attributes(AuditEntry entry)
    {
        using var document = JsonDocument.Parse(entry.Line);
        var record = document.RootElement;
        List<KeyValuePair<string, object?>> attributes =
        [
            new("event.name", record.GetProperty("event").GetString()),
            new("mcp_rollout.audit.seq", entry.Seq),
            new("mcp_rollout.audit.hash", entry.Hash),
            new("mcp_rollout.request.id", record.GetProperty("request_id").GetString()),
            new("mcp_rollout.plan", record.GetProperty("plan").GetString()),
        ];
        if (record.GetProperty("detail") is { ValueKind: JsonValueKind.Object } detail
            && detail.TryGetProperty("trace_id", out var traceId))
            attributes.Add(new("mcp_rollout.trace_id", traceId.GetString()));
        return [.. attributes.Where(attribute => attribute.Value is not null)];
    }
}
