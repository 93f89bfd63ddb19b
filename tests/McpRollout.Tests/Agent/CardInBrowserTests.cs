using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Person.Page;
using Microsoft.Playwright;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Agent;

/// <summary>The card in a real browser, with what real tools answer and with what nobody should.</summary>
public sealed class CardInBrowserTests(Browser browser) : IClassFixture<Browser>
{
    private const string Markup = "<img src=x onerror=\"parent.postMessage({jsonrpc:'2.0',method:'tools/call'},'*')\"><b>bold</b>";

    private static readonly object Wish = AgentRig.Wish($"It crashes. {Markup}");

    // All that a card has to say to its host. None of these reaches this server, the agent or its model.
    private static readonly string[] Harmless =
        ["ui/initialize", "ui/notifications/initialized", "ui/notifications/size-changed", "ui/open-link"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheCardShowsTheRequestAndHasTheHostOpenItsPage()
    {
        await using var rig = await AgentRig.StartAsync(client: RequestCardTests.Shows);
        var answer = await rig.SendAsync("k8s_rollout_undo", Wish, null, Cancelled);
        var facts = answer.StructuredContent!.Value;
        await using var window = await browser.OpenAsync();
        var host = await ShowAsync(rig, window, answer);

        await Assertions.Expect(host.Card.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("Undo of deployment/checkout in shop, revision 4 → 3");
        await Assertions.Expect(host.Card.Locator(".code")).ToHaveTextAsync(facts.Text("match_code")!);
        await Assertions.Expect(host.Card.Locator("blockquote")).ToHaveTextAsync($"It crashes. {Markup}");
        await Assertions.Expect(host.Card.GetByText("Waits for a person's decision: 0 of 1 approvals")).ToBeVisibleAsync();
        foreach (var change in facts.GetProperty("changes").EnumerateArray())
            await Assertions.Expect(host.Card.GetByText(change.GetString()!, new() { Exact = true }).First).ToBeVisibleAsync();
        foreach (var finding in facts.GetProperty("findings").EnumerateArray())
            await Assertions.Expect(host.Card.GetByText(finding.Text("message")!).First).ToBeVisibleAsync();
        Assert.Equal("dark", await host.Card.Locator("html").GetAttributeAsync("data-theme"));

        await host.Card.GetByRole(AriaRole.Link).ClickAsync();
        await window.Page.WaitForFunctionAsync("() => window.sent.some(message => message.method === 'ui/open-link')");
        var sent = await host.SentAsync();
        Assert.Equal(facts.Text("approval_url"),
            Assert.Single(sent, message => message.Text("method") == "ui/open-link").Text("params", "url"));
        await window.Page.EvaluateAsync("() => window.tearDown()");
        await window.Page.WaitForFunctionAsync("() => window.sent.some(message => message.id === 77 && message.result)");
        await AssertDecidesNothingAsync(host);
        Assert.Equal("pending", (await rig.CallAsync("k8s_rollout_undo_status", new { request_id = facts.Text("request_id") })).Facts
            .Text("state"));
    }

    [Fact]
    public async Task WhateverIsWrittenInAnAnswerTheCardShowsItAsWords()
    {
        await using var rig = await AgentRig.StartAsync(client: RequestCardTests.Shows);
        var asked = await rig.SendAsync("k8s_rollout_undo", Wish, null, Cancelled);
        await rig.DecideAsync(asked.StructuredContent!.Value.Text("request_id")!, Verdict.Approve, $"fine {Markup}");
        var answer = await rig.SendAsync("k8s_rollout_undo_status",
            new { request_id = asked.StructuredContent.Value.Text("request_id"), wait_seconds = 50 }, null, Cancelled);
        var facts = JsonNode.Parse(answer.StructuredContent!.Value.GetRawText())!.AsObject();
        facts["outcome"]!["problems"] = new JsonArray(
            new JsonObject { ["pod"] = "web-1", ["reason"] = "CrashLoopBackOff", ["message"] = "cause", ["restarts"] = 3 });
        facts["earlier_denials"] = new JsonArray(
            new JsonObject { ["approver"] = "bob", ["at"] = "today", ["comment"] = "no" });
        Spoil(facts);
        await using var window = await browser.OpenAsync();
        var host = await ShowAsync(rig, window, new CallToolResult
        {
            Content = [new TextContentBlock { Text = Markup }],
            StructuredContent = JsonSerializer.SerializeToElement(facts),
        });

        await Assertions.Expect(host.Card.Locator("blockquote")).ToContainTextAsync(Markup);
        await Assertions.Expect(host.Card.GetByText($"web-1{Markup}: CrashLoopBackOff{Markup} (cause{Markup})")).ToBeVisibleAsync();
        await Assertions.Expect(host.Card.GetByText($"bob{Markup}, today{Markup}")).ToBeVisibleAsync();
        await AssertDecidesNothingAsync(host);
    }

    [Theory]
    [InlineData("javascript:parent.postMessage({jsonrpc:'2.0',method:'tools/call'},'*')")]
    [InlineData("data:text/html,<script>1</script>")]
    [InlineData("no address")]
    [InlineData(null)]
    public async Task OnlyAnAddressOfTheWebIsALink(string? url)
    {
        await using var rig = await AgentRig.StartAsync(client: RequestCardTests.Shows);
        var asked = await rig.SendAsync("k8s_rollout_undo", Wish, null, Cancelled);
        var facts = JsonNode.Parse(asked.StructuredContent!.Value.GetRawText())!.AsObject();
        facts["approval_url"] = url;
        await using var window = await browser.OpenAsync();
        var host = await ShowAsync(rig, window, new CallToolResult { StructuredContent = JsonSerializer.SerializeToElement(facts) });

        await Assertions.Expect(host.Card.GetByText("No approval page is served")).ToBeVisibleAsync();
        await Assertions.Expect(host.Card.Locator("a")).ToHaveCountAsync(0);
        await AssertDecidesNothingAsync(host);
    }

    [Fact]
    public async Task ARefusalIsShownAsItsWords()
    {
        await using var rig = await AgentRig.StartAsync(client: RequestCardTests.Shows);
        await using var window = await browser.OpenAsync();
        var host = await ShowAsync(
            rig, window, new CallToolResult { Content = [new TextContentBlock { Text = $"no {Markup}" }], IsError = true });

        await Assertions.Expect(host.Card.Locator("blockquote")).ToHaveTextAsync($"no {Markup}");
        await AssertDecidesNothingAsync(host);
    }

    private static async Task<CardHost> ShowAsync(AgentRig rig, BrowserWindow window, CallToolResult answer)
    {
        var tool = (await rig.Client.ListToolsAsync(cancellationToken: Cancelled)).First(each => each.Name == "k8s_rollout_undo");
        var page = await rig.Client.ReadResourceAsync(
            tool.ProtocolTool.Meta!["ui"]!["resourceUri"]!.GetValue<string>(), cancellationToken: Cancelled);
        var host = new CardHost(window);
        await host.ShowAsync(Assert.IsType<TextResourceContents>(page.Contents[0]).Text, JsonSerializer.Serialize(
            answer, ModelContextProtocol.McpJsonUtilities.DefaultOptions));
        return host;
    }

    // Nothing that is pressed, filled in or sent; nothing that was loaded; nothing that the browser had to stop.
    private static async Task AssertDecidesNothingAsync(CardHost host)
    {
        await Assertions.Expect(host.Card.Locator("button, form, input, select, textarea, [role=button], [contenteditable]"))
            .ToHaveCountAsync(0);
        await Assertions.Expect(host.Card.Locator("img, b, iframe, object, embed, [onerror], [onclick]")).ToHaveCountAsync(0);
        await Assertions.Expect(host.Card.Locator("script")).ToHaveCountAsync(1);
        Assert.Equal(
            ["securitypolicyviolation"],
            await host.Frame.EvaluateAsync<string[]>("""
                () => new Promise(done => {
                  document.addEventListener("securitypolicyviolation", event => done([event.type]));
                  fetch("https://example.com/").catch(() => {});
                })
                """));
        host.Window.Complaints.RemoveAll(complaint => complaint.Contains("example.com", StringComparison.Ordinal));
        Assert.Empty(host.Window.Complaints);
        Assert.All(await host.SentAsync(), message => Assert.True(
            message.Text("method") is { } method ? Harmless.Contains(method) : message.Text("id") == "77", message.GetRawText()));
    }

    // Puts markup into every text, but for those that are read as something else.
    private static void Spoil(JsonNode node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (value is JsonValue text && text.TryGetValue(out string? words) && name is not "approval_url")
                        members[name] = words + Markup;
                    else if (value is not null)
                        Spoil(value);
                }

                break;
            case JsonArray items:
                for (var at = 0; at < items.Count; at++)
                {
                    if (items[at] is JsonValue text && text.TryGetValue(out string? words))
                        items[at] = words + Markup;
                    else if (items[at] is { } item)
                        Spoil(item);
                }

                break;
        }
    }
}
