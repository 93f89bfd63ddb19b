using OpenTelemetry;
using OpenTelemetry.Logs;

namespace McpRollout.Telemetry;

/// <summary>
/// Exports each log record at once and keeps how that went. The SDK's own processors do not tell: their flush succeeds when the queue is
/// empty, taken or not.
/// </summary>
internal sealed class AcknowledgedExport(BaseExporter<LogRecord> to) : BaseExportProcessor<LogRecord>(to)
{
    /// <summary>Whether the collector took the last record.</summary>
    public bool IsAcknowledged { get; private set; }

    protected override void OnExport(LogRecord data) =>
        IsAcknowledged = exporter.Export(new Batch<LogRecord>([data], 1)) == ExportResult.Success;
}
