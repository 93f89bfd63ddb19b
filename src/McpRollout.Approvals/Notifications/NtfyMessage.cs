namespace McpRollout.Approvals.Notifications;

/// <summary>A message published to ntfy as JSON (docs.ntfy.sh/publish/#publish-as-json), so that no word of it is a header. Markdown is
/// off unless it is asked for.</summary>
internal static class NtfyMessage
{
    private const int High = 4;
    private const int Default = 3;

    public static JsonNode Of(string topic, Notification notification)
    {
        var message = new JsonObject
        {
            ["topic"] = topic,
            ["title"] = Notification.Title,
            ["message"] = notification.Text,
            ["priority"] = notification.Tone == NotificationTone.Tells ? Default : High,
        };
        if (notification.Link is { } link)
            message["click"] = link;
        return message;
    }
}
