using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace McpRollout.Hosting;

/// <summary>How an entry is written: the moment, how much it matters, who says it, what; one line, unless a failure of this program has its
/// stack trace.</summary>
internal sealed class LogLine(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>Chooses it among the formatters.</summary>
    public const string FormatterName = "line";

    // What the SDK and the web server log of a message that they cannot take is the mistake of whoever sent it.
    private static readonly string[] OfStrangers = ["ModelContextProtocol", "Microsoft.AspNetCore"];

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        ArgumentNullException.ThrowIfNull(textWriter);
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var tells = IsOfStrangers(logEntry.Category)
            ? VisibleText.Of(SecretText.Mask(string.Join(' ', [text, .. Messages(logEntry.Exception)])))
            : VisibleText.Lines(logEntry.Exception is { } failure ? $"{text}\n{failure}" : text);
        textWriter.WriteLine($"{TimeText.ToTheSecond(time.GetUtcNow())} {Word(logEntry.LogLevel)} {logEntry.Category}: {tells}");
    }

    private static bool IsOfStrangers(string category) =>
        Array.Exists(OfStrangers, stranger => category.StartsWith(stranger, StringComparison.Ordinal));

    private static IEnumerable<string> Messages(Exception? failure) => failure is null ? [] : [failure.Message];

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => level.ToString().ToLowerInvariant(),
    };
}
