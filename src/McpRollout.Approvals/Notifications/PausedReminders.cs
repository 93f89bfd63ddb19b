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

    // Those of which the cluster said nothing, so that they do not keep the others from being looked at.
    private readonly Dictionary<string, DateTimeOffset> _silentUntil = [];

    /// <summary>Those that are due, as far as the cluster answers. Of what is not paused any more nothing is asked for a day.</summary>
    public async Task<IReadOnlyList<UndoRequest>> DueAsync(NotificationChannel channel, CancellationToken cancellationToken)
    {
        if (!channel.Wants(NotificationEvent.OwnerPaused))
            return [];
        var now = time.GetUtcNow();
        var untold = await UntoldAsync(
            channel,
            [
                .. (await requests.ListPausingAsync(Recalled, cancellationToken))
                    .Where(undo => channel.Wants(undo) && undo.PausedAt + Every <= now
                        && !(_silentUntil.TryGetValue(undo.Id, out var until) && now < until)),
            ],
            cancellationToken);
        List<UndoRequest> due = [.. (await owners.HereAsync(untold, cancellationToken)).Take(AtOnce)];
        if (due.Count == 0)
            return [];
        var paused = await owners.AmongAsync(due, cancellationToken);
        foreach (var over in due.ExceptBy(paused.Select(each => each.By.Id), undo => undo.Id))
            await store.TellOfPauseAsync(channel.Name, over.Id, now, cancellationToken);
        foreach (var unknown in paused.Where(each => !each.IsKnown))
            _silentUntil[unknown.By.Id] = now + NextLook;
        return [.. paused.Where(each => each.IsKnown).Select(each => each.By)];
    }

    /// <summary>Those of the requests of which the channel was not told within a day, by whichever process.</summary>
    public async Task<IReadOnlyList<UndoRequest>> UntoldAsync(
        NotificationChannel channel, IReadOnlyList<UndoRequest> due, CancellationToken cancellationToken)
    {
        if (due.Count == 0)
            return [];
        var (told, now) = (await store.ToldOfPausesAsync(channel.Name, cancellationToken), time.GetUtcNow());
        return [.. due.Where(undo => !(told.TryGetValue(undo.Id, out var at) && now < at + Every))];
    }
}
