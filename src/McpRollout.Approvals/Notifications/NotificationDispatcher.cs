using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Storage;
using McpRollout.Approvals.Telemetry;

namespace McpRollout.Approvals.Notifications;

/// <summary>Tells the channels in the background of a server, each at its own pace. Nothing waits for it.</summary>
internal sealed partial class NotificationDispatcher(
    IOptions<NotificationOptions> options,
    NotificationStore store,
    AuditLog log,
    RequestStore requests,
    PausedOwners owners,
    PageLink page,
    StoreSignal signal,
    TimeProvider time,
    ILogger<NotificationDispatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(options.Value.Channels
        .Select(channel => NotificationChannel.Of(channel, time))
        .Select(channel => PumpAsync(new NotificationDelivery(
            channel, store, log, requests, new PausedReminders(store, requests, owners, time), page, time), stoppingToken)));

    private async Task PumpAsync(NotificationDelivery delivery, CancellationToken stoppingToken)
    {
        var retry = ShortestRetry;
        NotificationMeter.Expect(delivery.Name);
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = signal.Version;
            try
            {
                var pass = await delivery.DeliverAsync(stoppingToken);
                if (pass.PassedOver > 0)
                    LogPassedOver(logger, delivery.Name, pass.PassedOver);
                if (retry > ShortestRetry)
                    LogWell(logger, delivery.Name);
                retry = ShortestRetry;
                await signal.WaitAsync(seen, Pause(pass.Next), Poll, stoppingToken);
            }
#pragma warning disable CA1031 // Whatever keeps people from being told, it keeps nobody from deciding.
            catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogBehind(logger, SecretText.Mask(failure.Message), retry.TotalSeconds);
                await Task.Delay(retry, time, stoppingToken);
                retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
            }
        }
    }

    private TimeSpan Pause(DateTimeOffset? next) => next - time.GetUtcNow() is { } left && left < LongestPause
        ? left > TimeSpan.Zero ? left : TimeSpan.Zero
        : LongestPause;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Failure} It is kept in the store, and is sent again in {Seconds} s.")]
    private static partial void LogBehind(ILogger logger, string failure, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The notification channel {Channel} takes messages again.")]
    private static partial void LogWell(ILogger logger, string channel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The notification channel {Channel} was not told of {Count} events that are more "
        + "than a day old.")]
    private static partial void LogPassedOver(ILogger logger, string channel, int count);
}
