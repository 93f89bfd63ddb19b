using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Telemetry;

namespace McpRollout.Approvals.Notifications;

/// <summary>
/// Tells one channel of the audit's records, in order and at least once, of requests that are about to expire, once, and of owners that
/// stay paused, once a day. Of the processes that share a store one tells a channel at a time.
/// </summary>
internal sealed class NotificationDelivery(
    NotificationChannel channel,
    NotificationStore store,
    AuditLog log,
    RequestStore requests,
    PausedReminders pauses,
    PageLink page,
    TimeProvider time)
{
    private const int BatchSize = 100;

    // Longer than a message may take, so that a process that is killed holds up nobody for long, and one that is slow loses nothing.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>After which time nobody is told any more: what happened then is on the page.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(1);

    private readonly string _holder = Guid.NewGuid().ToString("N");
    private readonly DateTimeOffset _started = time.GetUtcNow();

    /// <summary>What people know the channel by.</summary>
    public string Name => channel.Name;

    /// <summary>Tells all that is due.</summary>
    /// <exception cref="NotificationException">A message was not taken. It and what comes after it is told again.</exception>
    public async Task<DeliveryPass> DeliverAsync(CancellationToken cancellationToken)
    {
        var position = await PositionAsync(cancellationToken);
        var reminders = await RemindersAsync(cancellationToken);
        var paused = await pauses.DueAsync(channel, cancellationToken);
        if ((await log.AfterAsync(position, 1, cancellationToken)).Count == 0 && reminders.Due.Count == 0 && paused.Count == 0)
            return new(reminders.Next, PassedOver: 0);
        var now = time.GetUtcNow();
        if (await store.ClaimAsync(channel.Name, _holder, now, now + Lease, cancellationToken) is not { } claimed)
            return new(now + Lease, PassedOver: 0);
        try
        {
            var (told, passedOver) = await TellRecordsAsync(claimed, cancellationToken);

            // Another process may have reminded of them since they were looked for.
            reminders = await RemindersAsync(cancellationToken);
            foreach (var request in reminders.Due)
            {
                await SendAsync(NotificationText.Reminder(request, await LinkAsync(request, cancellationToken), time.GetUtcNow()),
                    cancellationToken);
                await store.RemindAsync(channel.Name, request.Id, cancellationToken);
                await AdvanceAsync(told, cancellationToken);
            }

            foreach (var undo in await pauses.UntoldAsync(channel, paused, cancellationToken))
            {
                await SendAsync(
                    NotificationText.StillPaused(undo, await LinkAsync(undo, cancellationToken), time.GetUtcNow()), cancellationToken);
                await store.TellOfPauseAsync(channel.Name, undo.Id, time.GetUtcNow(), cancellationToken);
                await AdvanceAsync(told, cancellationToken);
            }

            return new(reminders.Next, passedOver);
        }
        catch (NotificationException failure)
        {
            await store.FailAsync(channel.Name, _holder, failure.Why, time.GetUtcNow(), cancellationToken);
            throw;
        }
        finally
        {
            await store.ReleaseAsync(channel.Name, _holder, CancellationToken.None);
        }
    }

    // A new channel is told of what happens from the start of the process that knows it first.
    private async Task<long> PositionAsync(CancellationToken cancellationToken)
    {
        if (await store.PositionAsync(channel.Name, cancellationToken) is { } known)
            return known;
        await store.BeginAsync(channel.Name, await log.LastBeforeAsync(_started, cancellationToken), cancellationToken);
        return (await store.PositionAsync(channel.Name, cancellationToken))!.Value;
    }

    private async Task<(long Told, int PassedOver)> TellRecordsAsync(long told, CancellationToken cancellationToken)
    {
        var passedOver = 0;
        while (await log.AfterAsync(told, BatchSize, cancellationToken) is [.., var last] batch)
        {
            foreach (var entry in batch)
            {
                using var record = JsonDocument.Parse(entry.Line);
                if (await NotificationOfAsync(record.RootElement, cancellationToken) is not { } notification)
                    continue;
                if (time.GetUtcNow() - notification.At > Oldest)
                {
                    passedOver++;
                    continue;
                }

                await SendAsync(notification, cancellationToken);
                await AdvanceAsync(entry.Seq, cancellationToken);
            }

            told = last.Seq;
            await AdvanceAsync(told, cancellationToken);
        }

        return (told, passedOver);
    }

    private async Task<Notification?> NotificationOfAsync(JsonElement record, CancellationToken cancellationToken) =>
        NotificationText.RequestIdOf(record) is { } id
        && await requests.FindAsync(id, cancellationToken) is { } request
        && channel.Wants(request)
        && NotificationText.Of(record, request, await LinkAsync(request, cancellationToken)) is { } notification
        && channel.Wants(notification.Event)
            ? notification
            : null;

    private async Task<(IReadOnlyList<UndoRequest> Due, DateTimeOffset? Next)> RemindersAsync(CancellationToken cancellationToken)
    {
        if (!channel.Wants(NotificationEvent.ExpiresSoon))
            return ([], null);
        var now = time.GetUtcNow();
        var reminded = await store.RemindedAsync(channel.Name, cancellationToken);
        var waiting = (await requests.ListUnfinishedAsync(cancellationToken))
            .Where(request => request.State.IsUndecided() && now < request.ExpiresAt && channel.Wants(request)
                && !reminded.Contains(request.Id))
            .ToLookup(request => NotificationText.ReminderDue(request) <= now);
        return ([.. waiting[true]], waiting[false].Select(request => (DateTimeOffset?)NotificationText.ReminderDue(request)).Min());
    }

    private async Task<string?> LinkAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        await page.SettleAsync(cancellationToken);
        return page.Of(request.Id);
    }

    private async Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var failure = await channel.Sender.SendAsync(notification, either.Token);
        cancellationToken.ThrowIfCancellationRequested();
        NotificationMeter.Sent(channel.Name, isTaken: failure is null);
        if (failure is not null)
            throw new NotificationException(channel, failure);
    }

    // A process that stood still for longer than its claim leaves the rest to the one that took over.
    private async Task AdvanceAsync(long seq, CancellationToken cancellationToken)
    {
        if (!await store.AdvanceAsync(channel.Name, _holder, seq, time.GetUtcNow() + Lease, cancellationToken))
            throw new NotificationException(channel, "another process took the channel over");
    }
}

/// <summary>What came of telling a channel.</summary>
/// <param name="Next">When something is due again, of itself; null if nothing is.</param>
/// <param name="PassedOver">How many messages were too old to be told.</param>
internal sealed record DeliveryPass(DateTimeOffset? Next, int PassedOver);

/// <summary>A message was not taken.</summary>
internal sealed class NotificationException(NotificationChannel channel, string why)
    : Exception($"The notification channel {channel.Name} at {channel.Sender.Place} did not take a message: {why}.")
{
    /// <summary>Why, without the channel.</summary>
    public string Why => why;
}
