using System.Diagnostics;
using System.Text.Json;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Mcp.Answers;
using McpRollout.Mcp.Tools;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Tests.Agent;

public sealed class UndoingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task AnUndoWaitsForAPersonAndThenIsFollowedToItsEnd(string version)
    {
        await using var rig = await AgentRig.StartAsync(version);

        var (text, asked) = await rig.CallAsync("k8s_rollout_undo", Undo());
        var id = asked.GetProperty("request_id").GetString()!;
        await rig.DecideAsync(id, Verdict.Approve, "go");
        var (ended, facts) = await rig.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 50 });

        Assert.Equal(
            [
                "request_id", "state", "resource", "from_revision", "to_revision", "match_code", "approval_url", "created_at", "expires_at",
                "reason", "steps", "changes", "findings", "approvals", "decisions", "outcome", "next_step",
            ],
            asked.EnumerateObject().Select(member => member.Name));
        Assert.Equal("pending", asked.GetProperty("state").GetString());
        Assert.Equal($"http://localhost:7391/approvals/{id}", asked.GetProperty("approval_url").GetString());
        Assert.Contains(asked.GetProperty("approval_url").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains(asked.GetProperty("match_code").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains("k8s_rollout_undo_status", asked.GetProperty("next_step").GetString(), StringComparison.Ordinal);
        Assert.Equal("applied", facts.GetProperty("state").GetString());
        Assert.Equal("healthy", facts.GetProperty("outcome").GetProperty("rollout").GetString());
        Assert.Equal(5, facts.GetProperty("outcome").GetProperty("revision").GetInt64());
        Assert.Contains("approved by alice: \"go\"", ended, StringComparison.Ordinal);
        Assert.Contains("rollout healthy", ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAgentsSideTakesBackOnlyWhatItAskedFor()
    {
        await using var rig = await AgentRig.StartAsync(carriesOut: false);
        var (_, asked) = await rig.CallAsync("k8s_rollout_undo", Undo());
        var id = asked.GetProperty("request_id").GetString()!;
        var cancel = rig.Services.GetRequiredService<UndoTools>().Tools.Single(tool => tool.Name == "k8s_rollout_undo_cancel");

        Task<ToolAnswer> AsAsync(string name) => cancel.AnswerAsync(
            new(JsonSerializer.SerializeToElement(new { request_id = id, reason = "x" }).EnumerateObject()
                .ToDictionary(each => each.Name, each => each.Value), new(name, "c"), null!, new AgentsSide(null, null)),
            null,
            rig.Services,
            Cancelled);

        Assert.Contains("only that side takes it back", (await AsAsync("mallory")).Text, StringComparison.Ordinal);
        Assert.Equal(RequestState.Pending, (await rig.Broker.FindAsync(id, Cancelled))!.State);
        Assert.NotNull((await AsAsync(Environment.UserName)).Facts);
        Assert.Equal(RequestState.Cancelled, (await rig.Broker.FindAsync(id, Cancelled))!.State);
    }

    [Fact]
    public async Task AHistoryRemembersTheUndoThatMadeARevisionAndTheOneThatItLeft()
    {
        await using var rig = await AgentRig.StartAsync();
        var (_, asked) = await rig.CallAsync("k8s_rollout_undo", Undo());
        var id = asked.GetProperty("request_id").GetString()!;
        await rig.DecideAsync(id, Verdict.Approve);
        await rig.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 50 });

        var (text, facts) = await rig.CallAsync("k8s_rollout_history",
            new { resource_type = "deployment", @namespace = "shop", name = "checkout" });

        Assert.StartsWith("\"mcp-rollout\" ", facts.GetProperty("written_by").GetString(), StringComparison.Ordinal);
        var revisions = facts.GetProperty("revisions").EnumerateArray().ToDictionary(
            revision => revision.GetProperty("revision").GetInt64(),
            revision => string.Join('\n', revision.GetProperty("evidence").EnumerateArray()));
        Assert.Contains($"brought back by {id}, 4 -> 3, ", revisions[5], StringComparison.Ordinal);
        Assert.Contains("was revision 3 before", revisions[5], StringComparison.Ordinal);
        Assert.Contains("\nrolled out completely", revisions[5], StringComparison.Ordinal);
        Assert.Contains($"undone by {id}, 4 -> 3, ", revisions[4], StringComparison.Ordinal);
        Assert.Contains(": healthy (record of this server)", revisions[4], StringComparison.Ordinal);
        Assert.Contains($"brought back by {id}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADenialEndsTheWaitWithThePersonsWords()
    {
        await using var rig = await AgentRig.StartAsync();
        var told = new ProgressLog();
        var asking = rig.CallAsync("k8s_rollout_undo", Undo(wait: 50), told);
        Assert.Contains("Waiting for a decision at http://localhost:7391/approvals/", await told.FirstOfAsync(asking),
            StringComparison.Ordinal);
        var id = await OpenIdAsync(rig);

        await rig.DecideAsync(id, Verdict.Deny, "freeze until Monday");
        var (text, facts) = await asking;

        Assert.Equal("denied", facts.GetProperty("state").GetString());
        Assert.Contains("denied by alice: \"freeze until Monday\"", text, StringComparison.Ordinal);
        Assert.Contains("do not ask for the same again", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClientThatGivesUpDoesNotCancelTheRequest()
    {
        await using var rig = await AgentRig.StartAsync();
        using var givingUp = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var told = new ProgressLog();
        var asking = rig.CallAsync("k8s_rollout_undo", Undo(wait: 50), told, givingUp.Token);
        await told.FirstOfAsync(asking);

        await givingUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        var (_, facts) = await rig.CallAsync("k8s_rollout_undo_status", new { request_id = await OpenIdAsync(rig) });
        Assert.Equal("pending", facts.GetProperty("state").GetString());
    }

    [Fact]
    public async Task AskingAgainFindsTheOpenRequest()
    {
        await using var rig = await AgentRig.StartAsync();

        var first = (await rig.CallAsync("k8s_rollout_undo", Undo())).Facts.GetProperty("request_id").GetString();
        var second = (await rig.CallAsync("k8s_rollout_undo", Undo(reason: "asking again"))).Facts.GetProperty("request_id").GetString();
        var other = await rig.RefusalAsync("k8s_rollout_undo", Undo(to: 2));
        var (text, status) = await rig.CallAsync("k8s_rollout_status",
            new { resource_type = "deployment", @namespace = "shop", name = "checkout" });

        Assert.Equal(first, second);
        Assert.Contains(first!, other, StringComparison.Ordinal);
        Assert.Contains("k8s_rollout_undo_cancel", other, StringComparison.Ordinal);
        Assert.Equal(["request_id", "state", "to_revision", "approval_url"],
            status.GetProperty("pending_undo").EnumerateObject().Select(member => member.Name));
        Assert.Equal(first, status.GetProperty("pending_undo").GetProperty("request_id").GetString());
        Assert.Contains($"Open undo request {first}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoAsksIsTheUserAndTheClientInItsOwnWordsMadeVisible()
    {
        await using var rig = await AgentRig.StartAsync();

        var id = (await rig.CallAsync("k8s_rollout_undo", Undo())).Facts.GetProperty("request_id").GetString()!;

        Assert.Equal(new Requester(Environment.UserName, "rig\\u202E 9"), (await rig.Broker.FindAsync(id, Cancelled))!.Requester);
    }

    [Fact]
    public async Task CancellingIsDoneOnceHoweverOftenItIsAskedFor()
    {
        await using var rig = await AgentRig.StartAsync();
        var id = (await rig.CallAsync("k8s_rollout_undo", Undo())).Facts.GetProperty("request_id").GetString();

        var first = await rig.CallAsync("k8s_rollout_undo_cancel", new { request_id = id, reason = "found the cause" });
        var second = await rig.CallAsync("k8s_rollout_undo_cancel", new { request_id = id, reason = "again" });

        Assert.Equal("cancelled", first.Facts.GetProperty("state").GetString());
        Assert.Equal(first.Facts.GetRawText(), second.Facts.GetRawText());
    }

    [Fact]
    public async Task CancellingTooLateSaysHowTheRequestEnded()
    {
        await using var rig = await AgentRig.StartAsync();
        var id = (await rig.CallAsync("k8s_rollout_undo", Undo())).Facts.GetProperty("request_id").GetString()!;
        await rig.DecideAsync(id, Verdict.Deny);

        Assert.StartsWith(
            $"It is too late to cancel {id}: it is denied.",
            await rig.RefusalAsync("k8s_rollout_undo_cancel", new { request_id = id, reason = "late" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("k8s_rollout_undo_status")]
    [InlineData("k8s_rollout_undo_cancel")]
    public async Task AnUnknownRequestIsAnsweredWithWhereTheIdIsFound(string tool)
    {
        await using var rig = await AgentRig.StartAsync();
        object arguments = tool == "k8s_rollout_undo_cancel" ? new { request_id = "undo-x", reason = "r" } : new { request_id = "undo-x" };

        Assert.Equal(
            "There is no request \"undo-x\". The id is request_id in the answer of k8s_rollout_undo; k8s_rollout_status names a workload's "
                + "open request in pending_undo.",
            await rig.RefusalAsync(tool, arguments));
    }

    [Fact]
    public async Task WhatCanBeKnownToFailIsRefusedBeforeAPersonIsAsked()
    {
        await using var rig = await AgentRig.StartAsync();

        Assert.Contains("has no revision 9. Its revisions are 4, 3, 2, 1", await rig.RefusalAsync("k8s_rollout_undo", Undo(to: 9)),
            StringComparison.Ordinal);
        Assert.Contains("Revision 4 is the current revision", await rig.RefusalAsync("k8s_rollout_undo", Undo(to: 4)),
            StringComparison.Ordinal);
        Assert.Contains("current_revision 3 is no longer current", await rig.RefusalAsync("k8s_rollout_undo", Undo(to: 2, current: 3)),
            StringComparison.Ordinal);
        Assert.Contains("There is no deployment/nothing in namespace shop",
            await rig.RefusalAsync("k8s_rollout_undo", Undo(name: "nothing")), StringComparison.Ordinal);
        Assert.Contains("is paused", await rig.RefusalAsync("k8s_rollout_undo", Undo("platform", "gateway", 1, 2)),
            StringComparison.Ordinal);
        Assert.Empty(await rig.Broker.ListRecentAsync(Cancelled));
    }

    [Fact]
    public async Task WithNobodyEnrolledTheAnswerSaysWhoMustDoWhat()
    {
        await using var rig = await AgentRig.StartAsync(enrolled: false);

        Assert.Contains("mcp-rollout approvers add NAME", await rig.RefusalAsync("k8s_rollout_undo", Undo()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAPageTheAnswerSaysHowToDecideAtATerminal()
    {
        await using var rig = await AgentRig.StartAsync();
        rig.Services.GetRequiredService<PageStatus>().Set(PageState.PortTaken, "Another program listens at localhost:7391.");

        var (text, facts) = await rig.CallAsync("k8s_rollout_undo", Undo());

        var next = facts.GetProperty("next_step").GetString()!;
        Assert.Contains("Another program listens at localhost:7391.", next, StringComparison.Ordinal);
        Assert.Contains($"'mcp-rollout approvals approve {facts.GetProperty("request_id").GetString()}'", next, StringComparison.Ordinal);
        Assert.EndsWith(next, text, StringComparison.Ordinal);

        // Whoever has the address would be told a passphrase.
        Assert.Equal(JsonValueKind.Null, facts.GetProperty("approval_url").ValueKind);
        var (status, workload) = await rig.CallAsync("k8s_rollout_status",
            new { resource_type = "deployment", @namespace = "shop", name = "checkout" });
        Assert.Equal(JsonValueKind.Null, workload.GetProperty("pending_undo").GetProperty("approval_url").ValueKind);
        var (again, _) = await rig.CallAsync("k8s_rollout_undo_status", new { request_id = facts.GetProperty("request_id").GetString() });
        var told = new ProgressLog();
        var waiting = rig.CallAsync("k8s_rollout_undo_status",
            new { request_id = facts.GetProperty("request_id").GetString(), wait_seconds = 1 }, told);
        Assert.All([text, status, again, await told.FirstOfAsync(waiting)], answer => Assert.DoesNotContain("7391/", answer,
            StringComparison.Ordinal));
        await waiting;

        rig.Services.GetRequiredService<PageStatus>().Set(PageState.Serving);
        var (served, _) = await rig.CallAsync("k8s_rollout_undo_status", new { request_id = facts.GetProperty("request_id").GetString() });
        Assert.Contains("approve or deny at http://localhost:7391/approvals/", served, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CredentialsThatMayReadButNotPatchAreToldSo()
    {
        await using var rig = await AgentRig.StartAsync(settings: "--Cluster:Context=viewer");
        var bound = await rig.Cluster.SendAsync(HttpMethod.Post, "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"viewer"},
             "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},
             "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"viewer"}]}
            """);
        Assert.Equal(201, (int)bound.StatusCode);

        Assert.Contains("may not patch deployments in namespace shop", await rig.RefusalAsync("k8s_rollout_undo", Undo()),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATracedCallIsRememberedWithTheRequest()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Experimental.ModelContextProtocol",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var rig = await AgentRig.StartAsync();

        using var call = new Activity("agent's turn").Start();
        var id = (await rig.CallAsync("k8s_rollout_undo", Undo())).Facts.GetProperty("request_id").GetString()!;

        Assert.Contains(call.TraceId.ToHexString(), (await rig.Broker.FindAsync(id, Cancelled))!.TraceParent, StringComparison.Ordinal);
    }

    private static object Undo(
        string space = "shop", string name = "checkout", int to = 3, int current = 4, string reason = "revision 4 crashes", int wait = 0) =>
        new
        {
            resource_type = "deployment",
            @namespace = space,
            name,
            to_revision = to,
            current_revision = current,
            reason,
            wait_seconds = wait,
        };

    private static async Task<string> OpenIdAsync(AgentRig rig) => Assert.Single(await rig.Broker.ListRecentAsync(Cancelled)).Id;
}
