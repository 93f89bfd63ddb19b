using McpRollout.Approvals.Audit.Sinks;

namespace McpRollout.Hosting;

/// <summary>
/// Tells in the log, a line each, what is recorded since this process started, whichever process of its store did it. The category is the
/// event, so that levels can be set for each.
/// </summary>
internal sealed partial class RecordLog(AuditLog audit, ILoggerFactory logs, TimeProvider time) : IAuditSink
{
    private readonly LiveFeed _feed = new(audit, time);

    public Task CatchUpAsync(CancellationToken cancellationToken) => _feed.DeliverAsync(
        entry =>
        {
            using var record = JsonDocument.Parse(entry.Line);
            var line = RecordLine.Of(record.RootElement);
            var logger = logs.CreateLogger($"McpRollout.{line.Event}");
            LogRecord(logger, line.Level, line.Text);
        },
        cancellationToken);

    [LoggerMessage(EventId = 2, Message = "{Record}")]
    private static partial void LogRecord(ILogger logger, LogLevel level, string record);
}

/// <summary>An audit record as the log tells it. Pure.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Level">How much it matters to whoever runs the server.</param>
/// <param name="Text">To what, by whom, and why.</param>
internal sealed record RecordLine(string Event, LogLevel Level, string Text)
{
    private const int LongestReason = 300;

    private static readonly HashSet<string> Grave = [.. new[]
    {
        AuditEvent.DecisionRejected, AuditEvent.UndoBreakGlass, AuditEvent.UndoFailed, AuditEvent.UndoUnknown, AuditEvent.UndoFenced,
        AuditEvent.UndoRevertNotOpened,
        AuditEvent.RolloutDegraded, AuditEvent.RolloutWorse, AuditEvent.AuditRepaired, AuditEvent.AuditRekeyed,
    }.Select(AuditEvents.ToName)];

    /// <summary>Reads a record; what agents and the cluster wrote is masked on record already, and made visible here.</summary>
    public static RecordLine Of(JsonElement record)
    {
        var (what, detail) = (Word(record, "event")!, record.GetProperty("detail"));
        string?[] parts =
        [
            Word(record, "request_id") is { } id ? $"{id}," : null,
            Target(record.GetProperty("target")),
            Word(detail, "approver") is { } approver ? $"{approver}," : null,
            By(record.GetProperty("actor")) + Why(detail),
        ];
        return new(what, Grave.Contains(what) ? LogLevel.Warning : LogLevel.Information,
            VisibleText.Of(string.Join(' ', parts.OfType<string>())));
    }

    private static string? Target(JsonElement target) => target.ValueKind != JsonValueKind.Object ? null
        : $"{Word(target, "resource_type")}/{Word(target, "name")} in {Word(target, "namespace")} of {Word(target, "cluster")}, "
            + $"revision {Word(target, "from_revision")} -> {Word(target, "to_revision")},";

    private static string By(JsonElement actor) => Word(actor, "kind") switch
    {
        "agent" => $"by {Word(actor, "client")} for {Word(actor, "name")}",
        "human" => $"by {Word(actor, "name")} ({Word(actor, "client")})",
        _ => "by this program",
    };

    private static string? Why(JsonElement detail) => (Word(detail, "why") ?? Word(detail, "message") ?? Word(detail, "pod")) is { } why
        ? $": {VisibleText.Of(why, LongestReason)}"
        : null;

    private static string? Word(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value.ToString()
            : null;
}
