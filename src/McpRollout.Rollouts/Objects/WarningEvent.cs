using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Objects;

/// <summary>A Warning that the cluster recorded about pods, in its own words; the same about several pods is one.</summary>
/// <param name="Reason">Such as <c>BackOff</c>.</param>
/// <param name="Message">Masked, made visible and cut.</param>
/// <param name="Count">How often it was seen.</param>
/// <param name="LastSeen">Null where no member says.</param>
internal sealed record WarningEvent(string Reason, string Message, int Count, DateTimeOffset? LastSeen)
{
    private const int Most = 8;
    private const int MessageLength = 240;

    /// <summary>Picks those about these pods out of Events about whatever pods; older ones are passed over.</summary>
    public static IReadOnlyList<WarningEvent> About(
        IReadOnlyList<JsonElement> pods, IReadOnlyList<JsonElement> events, DateTimeOffset since)
    {
        since = InSecondsOf(since);
        var uids = pods.Select(pod => pod.TextAt("metadata", "uid")).ToHashSet();
        return
        [
            .. events
                .Where(each => each.TextAt("type") == "Warning" && uids.Contains(each.TextAt("involvedObject", "uid")))
                .Select(each => new WarningEvent(
                    VisibleText.Of(each.TextAt("reason") ?? "", 80),
                    VisibleText.EndsOf(SecretText.Mask((each.TextAt("message") ?? "").Trim()), MessageLength),
                    Math.Max(1, Math.Max(each.CountAt("count"), each.CountAt("series", "count"))),
                    LastSeenOf(each)))
                .Where(each => each.LastSeen is null || each.LastSeen >= since)
                .GroupBy(each => (each.Reason, each.Message))
                .Select(same => new WarningEvent(
                    same.Key.Reason,
                    same.Key.Message,
                    (int)Math.Min(int.MaxValue, same.Sum(each => (long)each.Count)),
                    same.Max(each => each.LastSeen)))
                .OrderByDescending(each => each.LastSeen)
                .Take(Most),
        ];
    }

    /// <summary>The second of a moment: Events are stamped in whole ones.</summary>
    public static DateTimeOffset InSecondsOf(DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerSecond));

    /// <summary>When it was last seen. Old and new recorders fill different members:
    /// https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/.</summary>
    public static DateTimeOffset? LastSeenOf(JsonElement each) =>
        each.MomentAt("series", "lastObservedTime") ?? each.MomentAt("lastTimestamp") ?? each.MomentAt("eventTime")
            ?? each.MomentAt("metadata", "creationTimestamp");
}
