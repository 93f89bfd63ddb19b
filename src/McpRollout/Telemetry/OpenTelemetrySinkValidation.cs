namespace McpRollout.Telemetry;

/// <summary>Refuses a sink that nobody would be told by.</summary>
internal sealed class OpenTelemetrySinkValidation : IValidateOptions<AuditOptions>
{
    public ValidateOptionsResult Validate(string? name, AuditOptions options) =>
        options.Sinks.OpenTelemetry == SinkLevel.Off || TelemetryServices.IsAskedFor("LOGS")
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Audit:Sinks:OpenTelemetry is on, and no collector is named: set OTEL_EXPORTER_OTLP_ENDPOINT in "
                + "the environment, or write Audit:Sinks:OpenTelemetry=Off.");
}
