namespace McpRollout.Approvals.Notifications;

/// <summary>
/// An alert for Alertmanager's API v2 (github.com/prometheus/alertmanager, api/v2/openapi.yaml, <c>postAlerts</c>). A request is one alert:
/// its labels never change. It fires while the request waits, and for an hour after something went wrong.
/// </summary>
internal static class AlertmanagerMessage
{
    private static readonly TimeSpan Warning = TimeSpan.FromHours(1);

    public static JsonNode Of(Notification notification)
    {
        var (request, plan) = (notification.Request, notification.Request.Plan);
        var annotations = new JsonObject { ["summary"] = notification.Text, ["match_code"] = notification.Request.MatchCode };
        var alert = new JsonObject
        {
            ["labels"] = new JsonObject
            {
                ["alertname"] = "KubernetesUndo",
                ["request"] = request.Id,
                ["cluster"] = VisibleText.Of(plan.Cluster),
                ["namespace"] = plan.Namespace,
                ["workload"] = plan.Workload.ToString(),
                ["rule"] = request.Terms?.Rule ?? "",
            },
            ["annotations"] = annotations,
            ["startsAt"] = Notification.Timestamp(request.CreatedAt),
            ["endsAt"] = Notification.Timestamp(notification.Tone switch
            {
                NotificationTone.Asks => request.ExpiresAt,
                NotificationTone.Tells => notification.At,
                _ => notification.At + Warning,
            }),
        };
        if (notification.Link is { } link)
            (annotations["link"], alert["generatorURL"]) = (link, link);
        return new JsonArray(alert);
    }
}
