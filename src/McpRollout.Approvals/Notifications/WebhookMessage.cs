namespace McpRollout.Approvals.Notifications;

/// <summary>The message for a program: what the line says, and the facts that it is made of. <c>docs/notifications.md</c> has it.</summary>
internal static class WebhookMessage
{
    public static JsonNode Of(Notification notification)
    {
        var (request, plan) = (notification.Request, notification.Request.Plan);
        return new JsonObject
        {
            ["id"] = notification.Id,
            ["event"] = notification.Event.ToName(),
            ["tone"] = notification.Tone switch
            {
                NotificationTone.Asks => "asks",
                NotificationTone.Tells => "tells",
                _ => "warns",
            },
            ["time"] = Notification.Timestamp(notification.At),
            ["text"] = notification.Text,
            ["link"] = notification.Link,
            ["match_code"] = notification.Request.MatchCode,
            ["request_id"] = request.Id,
            ["rule"] = request.Terms?.Rule,
            ["cluster"] = VisibleText.Of(plan.Cluster),
            ["namespace"] = plan.Namespace,
            ["resource_type"] = plan.Workload.TypeName,
            ["name"] = plan.Name,
            ["from_revision"] = plan.FromRevision,
            ["to_revision"] = plan.ToRevision,
        };
    }
}
