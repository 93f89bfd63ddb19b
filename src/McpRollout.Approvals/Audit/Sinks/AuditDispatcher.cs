using McpRollout.Approvals.Storage;
using McpRollout.Approvals.Telemetry;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>
/// Tells the sinks in the background of the server, each at its own pace: the best-effort ones what happens, the required ones what other
/// processes recorded, or left behind when they were killed.
/// </summary>
internal sealed partial class AuditDispatcher(
    AuditSinks sinks, StoreSignal signal, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditDispatcher> logger)
    : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(sinks.Required.Concat(sinks.BestEffort).Select(sink => PumpAsync(sink, stoppingToken)));

    /// <summary>Gives the best-effort sinks a moment for the last records.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(sinks.BestEffort.Select(sink => LastCatchUpAsync(sink, cancellationToken)));
    }

    private async Task PumpAsync(SinkRunner sink, CancellationToken stoppingToken)
    {
        DateTimeOffset? told = null;
        SinkMeter.Expect(sink.Name);
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = signal.Version;
            try
            {
                await sink.CatchUpAsync(options.Value.Deadline, stoppingToken);
                if (told is not null)
                    LogWell(logger, sink.Name);
                told = null;
                await signal.WaitAsync(seen, LongestPause, Poll, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                if (told is null || time.GetUtcNow() - told > Reminder)
                {
                    LogBehind(logger, failure.Message);
                    told = time.GetUtcNow();
                }

                await Task.Delay(Retry, time, stoppingToken);
            }
        }
    }

    private async Task LastCatchUpAsync(SinkRunner sink, CancellationToken cancellationToken)
    {
        try
        {
            await sink.CatchUpAsync(LastWord, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogBehind(logger, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Failure} The records are kept in the store, and are told again.")]
    private static partial void LogBehind(ILogger logger, string failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "The audit sink {Sink} acknowledges again.")]
    private static partial void LogWell(ILogger logger, string sink);
}
