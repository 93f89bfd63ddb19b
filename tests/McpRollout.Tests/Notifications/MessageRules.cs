using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Notifications;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Notifications;

/// <summary>What messages say, and how each receiver is told so that nothing in it is markup there.</summary>
public class MessageRules
{
    private const string Hostile = "<!channel> *b* [x](https://evil.example) {{DATE(2026-01-01T00:00:00Z)}} &";

    [Fact]
    public void Slack_gets_plain_text_with_its_three_characters_as_entities_and_one_link()
    {
        var message = SlackMessage.Of(NotificationRig.Message(NotificationRig.RequestNamed(Hostile, "web")));
        var text = "A request for an undo expires at 2026-11-29 12:15Z, and still needs an approval: deployment/web in namespace shop, "
            + "cluster \"&lt;!channel&gt; *b* [x](https://evil.example) {{DATE(2026-01-01T00:00:00Z)}} &amp;\", revision 4 to 3. "
            + $"Match code {NotificationRig.RequestNamed(Hostile, "web").MatchCode}.";
        AssertJson(
            $$$"""
            {"text":{{{JsonSerializer.Serialize(text)}}},"mrkdwn":false,"unfurl_links":false,"unfurl_media":false,"blocks":[
              {"type":"section","text":{"type":"plain_text","text":{{{JsonSerializer.Serialize(text)}}},"emoji":false}},
              {"type":"section","text":{"type":"mrkdwn","text":"<https://undo.example/approvals/undo-1|Open the request>"}}]}
            """,
            message);
    }

    [Fact]
    public void Teams_gets_an_adaptive_card_whose_text_knows_no_markup()
    {
        var message = TeamsMessage.Of(NotificationRig.Message(NotificationRig.RequestNamed(Hostile, "web")));
        var content = message["attachments"]![0]!["content"]!;
        var run = content["body"]![0]!["inlines"]![0]!;
        Assert.Equal(("message", "application/vnd.microsoft.card.adaptive", "AdaptiveCard", "1.4"), (
            (string?)message["type"], (string?)message["attachments"]![0]!["contentType"], (string?)content["type"],
            (string?)content["version"]));
        Assert.Equal(("RichTextBlock", "TextRun"), ((string?)content["body"]![0]!["type"], (string?)run["type"]));
        Assert.Contains("[x](https://evil.example) { {DATE(", (string?)run["text"], StringComparison.Ordinal);
        AssertJson(
            """[{"type":"Action.OpenUrl","title":"Open the request","url":"https://undo.example/approvals/undo-1"}]""",
            content["actions"]!);
    }

    [Fact]
    public void Ntfy_gets_json_so_that_no_word_is_a_header_and_no_markdown()
    {
        var message = NtfyMessage.Of("undo", NotificationRig.Message(NotificationRig.RequestNamed("a\r\nX-Evil: 1", "web"))).AsObject();
        Assert.Equal(["click", "message", "priority", "title", "topic"], message.Select(member => member.Key).Order());
        Assert.Contains("cluster \"a\\u000D\\u000AX-Evil: 1\"", (string?)message["message"], StringComparison.Ordinal);
        Assert.Equal(4, (int)message["priority"]!);
    }

    [Fact]
    public void PagerDuty_gets_one_incident_a_request()
    {
        var message = PagerDutyMessage.Of("key", NotificationRig.Message(NotificationRig.RequestNamed("prod", "web")));
        AssertJson(
            $$"""
            {"routing_key":"key","event_action":"trigger","dedup_key":"undo-1","client":"mcp-rollout","payload":{
              "summary":{{message["payload"]!["summary"]!.ToJsonString()}},"source":"prod","severity":"warning",
              "timestamp":"2026-11-29T12:10:00.000Z","component":"deployment/web","group":"shop","class":"expires-soon"},
              "client_url":"https://undo.example/approvals/undo-1",
              "links":[{"href":"https://undo.example/approvals/undo-1","text":"Open the request"}]}
            """,
            message);
    }

    [Fact]
    public void An_email_is_plain_text_without_a_word_of_strangers_in_its_head()
    {
        var channel = new ChannelOptions { From = "Undo <undo@example.com>", To = { "oncall@example.com" } };
        var hostile = NotificationRig.Message(NotificationRig.RequestNamed("x\r\nBcc: all@example.com\r\n\r\n<b>", "wéb"));
        using var sent = new MemoryStream();
        EmailMessage.Of(channel, hostile).WriteTo(sent, TestContext.Current.CancellationToken);
        sent.Position = 0;
        var message = MimeKit.MimeMessage.Load(sent, TestContext.Current.CancellationToken);
        Assert.Empty(message.Bcc);
        Assert.Equal(("Kubernetes undo undo-1: expires-soon", "text/plain", "auto-generated"),
            (message.Subject, message.Body!.ContentType.MimeType, message.Headers["Auto-Submitted"]));
        var text = message.TextBody!;
        Assert.Contains(
            "deployment/wéb in namespace shop, cluster \"x\\u000D\\u000ABcc: all@example.com", text, StringComparison.Ordinal);
        Assert.Equal("https://undo.example/approvals/undo-1", text.TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public void A_secret_in_a_name_is_masked()
    {
        var message = NotificationRig.Message(NotificationRig.RequestNamed("password=hunter2-cluster", "web"));
        Assert.DoesNotContain("hunter2", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void While_no_page_is_served_a_message_says_where_to_decide_instead()
    {
        var message = NotificationRig.Message(NotificationRig.RequestNamed("prod", "web"), link: null);
        Assert.EndsWith(
            "No page is served: decide at a terminal, mcp-rollout approvals show undo-1.", message.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("http", SlackMessage.Of(message).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("undo.example", AlertmanagerMessage.Of(message).ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UndoRequested", "{}", "Opened", "Asks", "An agent asks for an undo, which needs an approval")]
    [InlineData("UndoApproved", """{"state":"pending"}""", "NeedsAnother", "Asks", "alice approved an undo, which needs another approval")]
    [InlineData("UndoApproved", """{"state":"approved"}""", "Decided", "Tells", "alice approved an undo, which is carried out now")]
    [InlineData("UndoBreakGlass", "{}", "Decided", "Warns", "BREAK-GLASS: alice alone approved an undo")]
    [InlineData("UndoDenied", "{}", "Decided", "Tells", "alice denied an undo")]
    [InlineData("UndoCancelled", "{}", "Decided", "Tells", "The agent took its request for an undo back")]
    [InlineData("UndoExpired", """{"was":"pending"}""", "Decided", "Tells", "A request for an undo expired without enough approvals")]
    [InlineData("UndoExpired", """{"was":"approved"}""", "Ended", "Warns",
        "An approved undo could not be carried out in time, and expired")]
    [InlineData("UndoHeld", "{}", "NeedsAnother", "Asks",
        "An approved undo is held, since something is new, and needs an approval again")]
    [InlineData("UndoStale", "{}", "Ended", "Warns",
        "An undo was not carried out, since the workload is no longer as people were shown")]
    [InlineData("UndoFailed", "{}", "Ended", "Warns", "An undo failed")]
    [InlineData("UndoApplied", """{"late":true}""", "Ended", "Warns", "An undo that had ended as failed took effect after all")]
    [InlineData("RolloutHealthy", "{}", "Ended", "Tells", "An undo is done, and its rollout is healthy")]
    [InlineData("RolloutDegraded", "{}", "Ended", "Warns", "The rollout of an undo did not become healthy in time")]
    [InlineData("RolloutWorse", "{}", "Ended", "Warns", "An undo was healthy, and got worse while it was watched")]
    [InlineData("RolloutUnproven", "{}", "Ended", "Warns", "An undo was healthy; that it stays so is not proved")]
    [InlineData("RolloutSuperseded", "{}", "Ended", "Warns",
        "The workload was changed again while the rollout of an undo was under way")]
    public void Each_event_has_one_sentence(string name, string detail, string what, string tone, string sentence)
    {
        var request = NotificationRig.RequestNamed("prod", "web");
        var message = NotificationText.Of(Record(name, detail), request, "https://undo.example/approvals/undo-1")!;
        Assert.Equal((what, tone, "7"), ($"{message.Event}", $"{message.Tone}", message.Id));
        Assert.Equal($"{sentence}: deployment/web in namespace shop, cluster \"prod\", revision 4 to 3. Match code "
            + $"{request.MatchCode}.", message.Text);
    }

    [Fact]
    public void AProductionClusterIsNamedAsOneInEveryMessage()
    {
        var request = NotificationRig.RequestNamed("eu-1", "web") with { IsProduction = true };
        Assert.Contains("cluster \"eu-1\" (production), revision 4 to 3", NotificationRig.Message(request).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("production", NotificationRig.Message(request with { IsProduction = false }).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UndoApproved", """{"break_glass":true}""")]
    [InlineData("UndoExecuting", "{}")]
    [InlineData("UndoApplied", "{}")]
    [InlineData("DecisionRejected", "{}")]
    public void Of_what_people_need_not_know_at_once_nothing_is_told(string name, string detail) =>
        Assert.Null(NotificationText.Of(Record(name, detail), TempStore.NewRequest(), link: null));

    /// <summary>A decision takes the plan's digest and a passphrase; a message has neither, and no address but the page's.</summary>
    [Fact]
    public void No_message_has_what_a_decision_takes()
    {
        var request = NotificationRig.RequestNamed("prod", "web");
        var message = NotificationRig.Message(request);
        string[] sent =
        [
            SlackMessage.Of(message).ToJsonString(), TeamsMessage.Of(message).ToJsonString(),
            NtfyMessage.Of("undo", message).ToJsonString(), WebhookMessage.Of(message).ToJsonString(),
            PagerDutyMessage.Of("key", message).ToJsonString(), AlertmanagerMessage.Of(message).ToJsonString(), message.Lines,
        ];
        Assert.All(sent, text =>
        {
            Assert.DoesNotContain(request.Plan.Digest, text, StringComparison.Ordinal);
            Assert.DoesNotContain("/decision", text, StringComparison.Ordinal);
        });
    }

    private static JsonElement Record(string name, string detail)
    {
        var draft = new AuditDraft(
            Enum.Parse<AuditEvent>(name), AuditActor.Human("alice", "http"), "undo-1", TempStore.NewRequest().Plan.Target,
            JsonNode.Parse(detail)!.AsObject());
        return JsonDocument.Parse(AuditChain.Append(draft, 7, AuditChain.Start, DateTimeOffset.UnixEpoch).Line).RootElement;
    }

    private static void AssertJson(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.ToJsonString())), actual.ToJsonString());
}
