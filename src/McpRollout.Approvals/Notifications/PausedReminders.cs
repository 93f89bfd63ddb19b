using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Notifications;

/// <summary>Finds of which owners a channel is to be told that undos keep them paused: of each once a day, from a day on.</summary>
internal sealed class PausedReminders(NotificationStore store, RequestStore requests, PausedOwners owners, TimeProvider time)
{
    /// <summary>How often it is told.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromDays(1);

    // Each is a request to the cluster; the others come with the next look.
    private const int AtOnce = 10;
    private const int Recalled = 200;

    private static readonly TimeSpan NextLook = TimeSpan.FromMinutes(10);

    private DateTimeOffset _silentUntil;

    /// <summary>Those that are due, as far as the cluster answers. Of what is paused no more nothing is asked for a day.</summary>
    public async Task<IReadOnlyList<UndoRequest>> DueAsync(NotificationChannel channel, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!channel.Wants(NotificationEvent.OwnerPaused) || now < _silentUntil)
            return [];
        var told = await store.ToldOfPausesAsync(channel.Name, cancellationToken);
        List<UndoRequest> due =
        [
            .. (await requests.ListPausingAsync(Recalled, cancellationToken))
                .Where(undo => channel.Wants(undo) && undo.PausedAt + Every <= now
                    && !(told.TryGetValue(undo.Id, out var at) && now < at + Every))
                .Take(AtOnce),
        ];
        if (due.Count == 0)
            return [];
        var paused = await owners.AmongAsync(due, cancellationToken);
        foreach (var over in due.ExceptBy(paused.Select(each => each.By.Id), undo => undo.Id))
            await store.TellOfPauseAsync(channel.Name, over.Id, now, cancellationToken);
        if (paused.Any(each => !each.IsKnown))
            _silentUntil = now + NextLook;
        return [.. paused.Where(each => each.IsKnown).Select(each => each.By)];
    }
}
