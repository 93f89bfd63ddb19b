namespace McpRollout.Hosting;

/// <summary>Hands log entries on, and of those that repeat themselves a sum each minute: a foreign web page can cause thousands.</summary>
[ProviderAlias("Console")]
internal sealed partial class SummedLogs : ILoggerProvider
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private const int LongestTemplate = 200;

    private readonly ILoggerProvider _inner;
    private readonly RepeatedEntries _repeated = new();
    private readonly ITimer _timer;

    /// <summary>Begins to count.</summary>
    /// <param name="inner">Writes what is shown; disposed with this.</param>
    /// <param name="time">Tells when a minute is over.</param>
    public SummedLogs(ILoggerProvider inner, TimeProvider time)
    {
        _inner = inner;
        _timer = time.CreateTimer(_ => SumUp(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ILogger CreateLogger(string categoryName) => new SummedLogger(this, categoryName, _inner.CreateLogger(categoryName));

    public void Dispose()
    {
        _timer.Dispose();
        SumUp();
        _inner.Dispose();
    }

    private void SumUp()
    {
        foreach (var (kind, count) in _repeated.TakeHeldBack())
        {
            var logger = _inner.CreateLogger(kind.Category);
            var template = VisibleText.Of(kind.Template, LongestTemplate);
            LogSum(logger, kind.Level, count, template);
        }
    }

    // Whoever sets a lower level than Information wants to see each entry.
    private bool Shows(EntryKind kind)
    {
        if (kind.Level < LogLevel.Information)
            return true;
        var (isShown, isFirst) = _repeated.Add(kind);
        if (isFirst)
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        return isShown;
    }

    [LoggerMessage(EventId = 1, Message = "{Count} more like this within a minute: {Template}")]
    private static partial void LogSum(ILogger logger, LogLevel level, int count, string template);

    private sealed class SummedLogger(SummedLogs logs, string category, ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logs.Shows(new EntryKind(category, logLevel, eventId.Id, TemplateOf(state))))
                inner.Log(logLevel, eventId, state, exception, formatter);
        }

        // Where Microsoft.Extensions.Logging puts it, whoever fills it in.
        private static string TemplateOf<TState>(TState state) =>
            state is IReadOnlyList<KeyValuePair<string, object?>> { Count: > 0 } values
                && values[^1] is { Key: "{OriginalFormat}", Value: string template }
                ? template
                : "";
    }
}
