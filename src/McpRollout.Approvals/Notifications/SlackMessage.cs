namespace McpRollout.Approvals.Notifications;

/// <summary>
/// The message of a Slack incoming webhook (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). Text is <c>plain_text</c>,
/// in which no asterisk is markup; the three characters that mentions and links are made of are written as entities all the same
/// (docs.slack.dev/messaging/formatting-message-text). The link is a link and no button, which would call back to an app.
/// </summary>
internal static class SlackMessage
{
    public static JsonNode Of(Notification notification)
    {
        var blocks = new JsonArray(new JsonObject
        {
            ["type"] = "section",
            ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = Escape(notification.Text), ["emoji"] = false },
        });
        if (notification.Link is { } link)
        {
            blocks.Add((JsonNode)new JsonObject
            {
                ["type"] = "section",
                ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = $"<{Escape(link)}|{Notification.LinkTitle}>" },
            });
        }

        // What a phone shows, and a search finds; there it is markup unless that is said.
        return new JsonObject
        {
            ["text"] = Escape(notification.Text),
            ["mrkdwn"] = false,
            ["unfurl_links"] = false,
            ["unfurl_media"] = false,
            ["blocks"] = blocks,
        };
    }

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
