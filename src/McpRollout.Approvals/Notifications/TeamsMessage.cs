namespace McpRollout.Approvals.Notifications;

/// <summary>
/// An Adaptive Card for the webhook of a Teams workflow (learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/
/// connectors-using). A <c>TextRun</c> knows no Markdown, as a <c>TextBlock</c> does (adaptivecards.io/explorer/TextRun.html).
/// </summary>
internal static class TeamsMessage
{
    public static JsonNode Of(Notification notification)
    {
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["body"] = new JsonArray(new JsonObject
            {
                ["type"] = "RichTextBlock",
                ["inlines"] = new JsonArray(new JsonObject { ["type"] = "TextRun", ["text"] = Escape(notification.Text) }),
            }),
        };
        if (notification.Link is { } link)
        {
            card["actions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Action.OpenUrl",
                ["title"] = Notification.LinkTitle,
                ["url"] = link,
            });
        }

        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["contentType"] = "application/vnd.microsoft.card.adaptive",
                ["contentUrl"] = null,
                ["content"] = card,
            }),
        };
    }

    // {{DATE(...)}} and {{TIME(...)}} are filled in wherever they stand (adaptivecards.io, Text Features), ${...} by templates.
    private static string Escape(string text) => text
        .Replace("{{", "{ {", StringComparison.Ordinal)
        .Replace("${", "$ {", StringComparison.Ordinal);
}
