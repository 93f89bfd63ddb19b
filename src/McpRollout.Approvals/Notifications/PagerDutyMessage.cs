namespace McpRollout.Approvals.Notifications;

/// <summary>
/// An event of PagerDuty's Events API v2 (developer.pagerduty.com/docs/events-api-v2-overview). A request is one incident: open while it
/// asks for a decision or has gone wrong, resolved otherwise.
/// </summary>
internal static class PagerDutyMessage
{
    /// <summary>Where events go, unless the settings name another place.</summary>
    public const string DefaultUrl = "https://events.pagerduty.com/v2/enqueue";

    private const int LongestSummary = 1024;

    public static JsonNode Of(string routingKey, Notification notification)
    {
        var message = new JsonObject
        {
            ["routing_key"] = routingKey,
            ["event_action"] = notification.Tone == NotificationTone.Tells ? "resolve" : "trigger",
            ["dedup_key"] = notification.Incident,
            ["client"] = "mcp-rollout",
            ["payload"] = new JsonObject
            {
                ["summary"] = VisibleText.Of(notification.Text, LongestSummary),
                ["source"] = VisibleText.Of(notification.Request.Plan.Cluster),
                ["severity"] = notification.Tone == NotificationTone.Warns ? "error" : "warning",
                ["timestamp"] = Notification.Timestamp(notification.At),
                ["component"] = notification.Request.Plan.Workload.ToString(),
                ["group"] = notification.Request.Plan.Namespace,
                ["class"] = notification.Event.ToName(),
            },
        };
        if (notification.Link is { } link)
        {
            message["client_url"] = link;
            message["links"] = new JsonArray(new JsonObject { ["href"] = link, ["text"] = Notification.LinkTitle });
        }

        return message;
    }
}
