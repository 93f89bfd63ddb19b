using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.Broker.Policies;

namespace McpRollout.Tests.Person.Page;

public sealed class PageTermsTests(PageHost host) : IClassFixture<PageHost>
{
    [Fact]
    public async Task ThePersonSeesWhatItTakes()
    {
        var request = await host.AskAsync(asked => asked with
        {
            Terms = AnyTerms.Of("prod<b>") with
            {
                Groups = ["sre"],
                Names = ["lou"],
                RequiredApprovals = 2,
                RequesterMayApprove = false,
                CommentRequired = true,
                BreakGlassGroup = "firefighters",
                Freezes = [AnyTerms.Always with { ExceptGroup = "leads" }],
            },
        });
        var page = await host.Client.GetStringAsync(Decisions.PathOf(request), PageHost.Cancellation);
        foreach (var said in new[]
        {
            "prod&lt;b&gt;", "0 of 2 given", "lou, group sre", "Who may not", "mira, on whose behalf the agent asks",
            "(required, on record)", "name=\"break_glass\"",
            "A freeze is in force.", "until 2101-01-01 00:00 (Europe/Berlin)", "a member of leads must be among those who approve",
        })
            Assert.Contains(said, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>'", page, StringComparison.Ordinal);

        var json = await JsonAsync(request);
        Assert.Equal((2, 0), ((int)json["approvals"]!["required"]!, (int)json["approvals"]!["given"]!));
        Assert.Equal(
            """{"rules":["prod<b>"],"approvers":["lou, group sre"],"requester_may_approve":false,"comment_required":true"""
                + ""","break_glass_groups":["firefighters"]}""",
            Without(json["policy"]!.AsObject(), "freezes")
                .ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("leads", (string?)json["policy"]!["freezes"]![0]!["except_group"]);
    }

    [Fact]
    public async Task TheWayBackIsOfferedWhereARuleDoesAndShownAsChosen()
    {
        var request = await host.AskAsync(
            asked => asked with { Terms = AnyTerms.Of("production") with { WayHomePreApproval = TimeSpan.FromMinutes(30) } });
        var page = await host.Client.GetStringAsync(Decisions.PathOf(request), PageHost.Cancellation);
        Assert.Contains("<input type=\"checkbox\" name=\"way_home_seconds\" value=\"1800\">", page, StringComparison.Ordinal);
        Assert.Contains($"for 30 min from now, going back to revision {request.Plan.FromRevision} of what runs now", page,
            StringComparison.Ordinal);
        Assert.Equal(1800, (int)(await JsonAsync(request))["policy"]!["way_home_seconds"]!);

        var fields = Decisions.Fields(request);
        fields["way_home_seconds"] = "1801";
        using var longer = await host.Client.SendAsync(Decisions.Form(request, fields), PageHost.Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, longer.StatusCode);
        Assert.Contains("name=\"way_home_seconds\" value=\"1800\" checked>", await Decisions.TextOf(longer), StringComparison.Ordinal);
        fields["way_home_seconds"] = "soon";
        using var malformed = await host.Client.SendAsync(Decisions.Json(request, fields), PageHost.Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, malformed.StatusCode);

        using var taken = await host.Client.SendAsync(
            Decisions.Raw(request, $$"""
                {"decision":"approve","plan":"{{request.Plan.Digest}}","approver":"{{PageHost.Name}}",
                 "passphrase":"{{PageHost.Passphrase}}","way_home_seconds":1200}
                """, "application/json"),
            PageHost.Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.OK, taken.StatusCode);
        var decision = Assert.Single((await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.Decisions);
        Assert.Equal(TimeSpan.FromMinutes(20), decision.WayHomeUntil - decision.At);
        Assert.Contains("dana pre-approved the way home until",
            await host.Client.GetStringAsync(Decisions.PathOf(request), PageHost.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheWayBackIsNotOfferedWhereNoRuleDoes() => Assert.DoesNotContain(
        "way_home_seconds",
        (await host.Client.GetStringAsync(Decisions.PathOf(await host.AskAsync()), PageHost.Cancellation)).Split("<script")[0],
        StringComparison.Ordinal);

    [Fact]
    public async Task AnApprovalByOneAloneIsMarked()
    {
        await host.EnrolAsync("fire", "firefighters");
        var request = await host.AskAsync(
            asked => asked with { Terms = AnyTerms.Of("production") with { RequiredApprovals = 3, BreakGlassGroup = "firefighters" } });
        var decided = await host.Broker.DecideAsync(
            new DecisionAttempt(request.Id, Verdict.Approve, request.Plan.Digest, "fire", PageHost.Passphrase, "all asleep",
                "http")
            { BreakGlass = true },
            PageHost.Cancellation);
        Assert.Equal(RequestState.Approved, decided.Request!.State);
        Assert.Contains("Approved by fire alone (break-glass)",
            await host.Client.GetStringAsync(Decisions.PathOf(request), PageHost.Cancellation), StringComparison.Ordinal);
        Assert.Contains(host.Logs.Lines,
            line => line.StartsWith($"Warning: BREAK-GLASS: fire alone approved {request.Id}", StringComparison.Ordinal));
        var json = await JsonAsync(request);
        Assert.Null(json["policy"]);
        Assert.True((bool)json["decisions"]![0]!["break_glass"]!);
        var record = JsonNode.Parse((await host.AuditOfAsync(request.Id))[^1])!;
        Assert.Equal(("undo.break_glass", "all asleep", "production"),
            ((string?)record["event"], (string?)record["detail"]!["comment"], (string?)record["detail"]!["rules"]![0]));
    }

    [Theory]
    [InlineData("\"yes\"", 400)]
    [InlineData("1", 400)]
    [InlineData("false", 200)]
    [InlineData("null", 200)]
    public async Task BreakGlassIsTrueOrFalse(string value, int status)
    {
        var request = await host.AskAsync();
        var body = $$"""{"decision":"approve","plan":"{{request.Plan.Digest}}","approver":"{{PageHost.Name}}","""
            + $"\"passphrase\":\"{PageHost.Passphrase}\",\"break_glass\":{value}}}";
        using var answer = await host.Client.SendAsync(Decisions.Raw(request, body, "application/json"), PageHost.Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 200)
            Assert.Null((await Decisions.JsonOf(answer))["decisions"]![0]!["break_glass"]);
    }

    private static JsonObject Without(JsonObject json, string name)
    {
        var copy = json.DeepClone().AsObject();
        copy.Remove(name);
        return copy;
    }

    private async Task<JsonNode> JsonAsync(UndoRequest request)
    {
        using var asking = new HttpRequestMessage(HttpMethod.Get,
            Decisions.PathOf(request))
        { Headers = { { "Accept", "application/json" } } };
        using var answer = await host.Client.SendAsync(asking, PageHost.Cancellation);
        return await Decisions.JsonOf(answer);
    }
}
