using McpRollout.Approvals.Audit.Sinks;
using McpRollout.Kubernetes.Api;
using McpRollout.Kubernetes.Connections;
using McpRollout.Mcp.Stdio;
using McpRollout.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace McpRollout.Hosting;

/// <summary>Logs, to standard error only: standard output is MCP's. Nobody ever waits for whoever reads them.</summary>
internal static class Logs
{
    // Entries that wait to be written. Beyond it they are dropped, and their number is told once there is room again.
    private const int LongestQueue = 1000;

    /// <summary>Adds them, at the levels of the section <c>Logging</c>.</summary>
    public static IServiceCollection AddLogs(this IServiceCollection services, IConfiguration settings) => services
        .AddLogging()
        .AddSingleton<ILoggerFactory>(provider =>
        {
            // What is added is disposed of with the factory, and writes what it still has; what is given to the constructor is not.
            var factory = new LoggerFactory([], Filter(settings.GetSection("Logging")));
            var time = provider.GetRequiredService<TimeProvider>();
            factory.AddProvider(new SummedLogs(new ConsoleLoggerProvider(new ToStandardError(), [new LogLine(time)]), time));
            return factory;
        })
        .AddLogger<ApiTransport>()
        .AddLogger<ApprovalBroker>()
        .AddLogger<ApprovalPage>()
        .AddLogger<AuditFile>()
        .AddLogger<AuditDispatcher>()
        .AddLogger<KubeconfigSource>()
        .AddLogger<StartReport>()
        .AddLogger<NotificationDispatcher>()
        .AddLogger<StuckPodRelease>()
        .AddLogger<OwnershipReturn>()
        .AddLogger<UndoExecution>()
        .AddLogger<ExecutionWait>()
        .AddLogger<UndoExecutor>();

    /// <summary>Leaves to a command's own words what it says, unless the settings want more.</summary>
    public static void Quiet(IConfiguration settings)
    {
        settings["Logging:LogLevel:Default"] ??= nameof(LogLevel.Warning);
        settings["Logging:LogLevel:McpRollout.Kubernetes"] ??= nameof(LogLevel.Error);
    }

    private static LoggerFilterOptions Filter(IConfigurationSection section)
    {
        var filter = new LoggerFilterOptions { MinLevel = LogLevel.Information };
        foreach (var quiet in new[] { "Microsoft", "ModelContextProtocol", typeof(StdioTransport).FullName })
            filter.Rules.Add(new LoggerFilterRule(null, quiet, LogLevel.Warning, null));
        foreach (var each in section.GetSection("LogLevel").GetChildren())
            filter.Rules.Add(Rule(null, each));
        foreach (var each in section.GetSection("Console:LogLevel").GetChildren())
            filter.Rules.Add(Rule("Console", each));
        return filter;
    }

    private static LoggerFilterRule Rule(string? provider, IConfigurationSection category) =>
        Enum.TryParse<LogLevel>(category.Value, ignoreCase: true, out var level)
        ? new(provider, category.Key.Equals("Default", StringComparison.OrdinalIgnoreCase) ? null : category.Key, level, null)
        : throw new InvalidOperationException($"{category.Path} is '{category.Value}': write "
            + $"{string.Join(", ", Enum.GetNames<LogLevel>())}.");

    private sealed class ToStandardError : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue { get; } = new()
        {
            FormatterName = LogLine.FormatterName,
            LogToStandardErrorThreshold = LogLevel.Trace,
            MaxQueueLength = LongestQueue,
            QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite,
        };

        public ConsoleLoggerOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }
}
