using McpRollout.Approvals.Audit.Sinks;

namespace McpRollout.Telemetry;

/// <summary>OpenTelemetry logs by OTLP: the record as the body, what it is about as attributes. Acknowledged when the collector took
/// it.</summary>
internal sealed class OpenTelemetrySink(AuditLog log, CollectorLog collector, TimeProvider time) : IAuditSink
{
    private readonly LiveFeed _feed = new(log, time);

    public Task CatchUpAsync(CancellationToken cancellationToken) => _feed.DeliverAsync(Tell, cancellationToken);

    private void Tell(AuditEntry entry)
    {
        if (!collector.Takes(entry.Line, Attributes(entry)))
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
