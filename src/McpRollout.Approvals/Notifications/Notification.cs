using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Notifications;

/// <summary>What people are told of.</summary>
internal enum NotificationEvent
{
    /// <summary>A request waits for a decision.</summary>
    Opened,

    /// <summary>It was approved, and waits for a decision all the same.</summary>
    NeedsAnother,

    /// <summary>It waits still, and not for long.</summary>
    ExpiresSoon,

    /// <summary>Nobody needs to decide any more.</summary>
    Decided,

    /// <summary>The rollout is at its end, or will not be.</summary>
    Ended,

    /// <summary>An owner is paused by an undo for a day, or another one.</summary>
    OwnerPaused,
}

/// <summary>What a message wants of its reader.</summary>
internal enum NotificationTone
{
    /// <summary>A decision.</summary>
    Asks,

    /// <summary>Nothing.</summary>
    Tells,

    /// <summary>A look: it did not go well.</summary>
    Warns,
}

/// <summary>A message: a line, and where the request is. It is plain text; each channel writes it so that nothing in it is markup there.
/// Nothing in it authorises.</summary>
/// <param name="Id">The same whenever it is sent again.</param>
/// <param name="Event">What it tells of.</param>
/// <param name="Tone">What it wants.</param>
/// <param name="Text">One line, with the match code.</param>
/// <param name="Link">The page of the request; null while nobody serves it.</param>
/// <param name="At">When that happened.</param>
/// <param name="Request">The request, as it is when it is told.</param>
internal sealed record Notification(
    string Id, NotificationEvent Event, NotificationTone Tone, string Text, string? Link, DateTimeOffset At, UndoRequest Request)
{
    /// <summary>What is said above or before each message.</summary>
    public const string Title = "Kubernetes undo";

    /// <summary>What the link is called.</summary>
    public const string LinkTitle = "Open the request";

    /// <summary>What opens and closes as one: the request; the undo, where the owner that it paused is resumed.</summary>
    public string Incident => (Event, Tone) == (NotificationEvent.Ended, NotificationTone.Tells) && Request.Plan.Resume is { } resume
        ? resume.PausedBy
        : Request.Id;

    /// <summary>Text and link, where both are one text.</summary>
    public string Lines => Link is null ? Text : $"{Text}\n{Link}";

    /// <summary>The time as JSON has it.</summary>
    public static string Timestamp(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>How events are spelled in settings and messages.</summary>
internal static class NotificationEvents
{
    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => Enum.GetValues<NotificationEvent>().Select(ToName);

    /// <summary>The name, as in <c>needs-another</c>.</summary>
    public static string ToName(this NotificationEvent notificationEvent) =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(notificationEvent.ToString());
}
