namespace McpRollout.Telemetry;

/// <summary>Refuses a sink that nobody would be told by.</summary>
internal sealed class OpenTelemetrySinkValidation : IValidateOptions<AuditOptions>
{
    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        const string NoCollector = "and no collector is named: set OTEL_EXPORTER_OTLP_ENDPOINT in the environment, or";
        if (TelemetryServices.IsAskedFor("LOGS"))
            return ValidateOptionsResult.Success;
        string[] errors =
        [
            .. options.Sinks.OpenTelemetry == SinkLevel.Off ? Array.Empty<string>()
                : [$"Audit:Sinks:OpenTelemetry is on, {NoCollector} write Audit:Sinks:OpenTelemetry=Off."],
            .. options.Anchor != AuditOptions.Otlp ? Array.Empty<string>()
                : [$"Audit:Anchor is {AuditOptions.Otlp}, {NoCollector} name a file or an address."],
        ];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
