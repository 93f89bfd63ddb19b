using System.Text.Json;
using McpRollout.Approvals.Requests;
using ModelContextProtocol;

namespace McpRollout.Tests.Agent;

/// <summary>A client that offers it is asked to open the approval page. It is a real one, of both eras.</summary>
public sealed class PageOpeningTests
{
    private const string Undo = "k8s_rollout_undo";

    private static readonly object Wish = AgentRig.Wish();

    [Theory]
    [InlineData(AgentRig.Old, "accept", "opened the approval page. That is no decision.")]
    [InlineData(AgentRig.New, "accept", "opened the approval page. That is no decision.")]
    [InlineData(AgentRig.Old, "decline", "the link was not opened (decline)")]
    [InlineData(AgentRig.New, "decline", "the link was not opened (decline)")]
    [InlineData(AgentRig.Old, "cancel", "the link was not opened (cancel)")]
    [InlineData(AgentRig.New, "cancel", "the link was not opened (cancel)")]
    [InlineData(AgentRig.Old, "approve", "did not say whether the link was opened")]
    [InlineData(AgentRig.New, "approve", "did not say whether the link was opened")]
    public async Task AClientIsAskedOnceToOpenThePageAndWhateverItSaysDecidesNothing(string version, string action, string told)
    {
        var opening = new OpeningClient(action);
        await using var rig = await AgentRig.StartAsync(version, client: opening.Offer);

        var (text, facts) = await rig.CallAsync(Undo, Wish);

        var asked = Assert.Single(opening.Asked);
        var (id, code) = (facts.GetProperty("request_id").GetString()!, facts.GetProperty("match_code").GetString()!);
        Assert.Equal(("url", facts.GetProperty("approval_url").GetString()), (asked.Mode, asked.Url));
        Assert.Equal($"http://localhost:7391/approvals/{id}", asked.Url);
        Assert.Equal(version == AgentRig.Old, asked.ElicitationId is { Length: > 0 });
        Assert.Contains(
            $"deployment/checkout in shop, cluster \"practice\". Open its approval page, and see that the match code there is {code}.",
            asked.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("http", asked.Message, StringComparison.Ordinal);
        Assert.EndsWith(told, text.Split('\n')[^1].Split(". The request stands")[0], StringComparison.Ordinal);
        Assert.Contains($"approve or deny at {asked.Url}, match code {code}", text, StringComparison.Ordinal);
        Assert.Equal("pending", facts.GetProperty("state").GetString());
        var request = await rig.Broker.FindAsync(id, TestContext.Current.CancellationToken);
        Assert.Equal((RequestState.Pending, 0), (request!.State, request.Decisions.Count));
    }

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task AClientThatOffersNothingOrFormsAloneIsAnsweredAsEver(string version)
    {
        var opening = new OpeningClient("accept");
        await using var rig = await AgentRig.StartAsync(version, client: options =>
        {
            opening.Offer(options);
            options.Capabilities = new() { Elicitation = new() { Form = new() } };
        });

        var (text, _) = await rig.CallAsync(Undo, Wish);

        Assert.Empty(opening.Asked);
        Assert.DoesNotContain("The client", text, StringComparison.Ordinal);
        Assert.StartsWith("Next: Show the user ", text.Split('\n')[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task WhatWasDeniedWhileThePageWasOpenIsToldAndNotAskedForAgain(string version)
    {
        AgentRig? rig = null;
        var opening = new OpeningClient(async asked =>
        {
            await rig!.DecideAsync(asked.Url!.Split('/')[^1], Verdict.Deny, "not now");
            return "accept";
        });
        await using var started = rig = await AgentRig.StartAsync(version, client: opening.Offer);

        var (text, facts) = await rig.CallAsync(Undo, Wish);

        Assert.Equal("denied", facts.GetProperty("state").GetString());
        Assert.Contains("not now", text, StringComparison.Ordinal);
        var asked = Assert.Single(opening.Asked);
        Assert.EndsWith(facts.GetProperty("request_id").GetString()!, asked.Url, StringComparison.Ordinal);
        var status = await rig.CallAsync(
            "k8s_rollout_status", new { resource_type = "deployment", @namespace = "shop", name = "checkout" });
        Assert.Equal(JsonValueKind.Null, status.Facts.GetProperty("pending_undo").ValueKind);
    }

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task TheWaitForADecisionComesAfterTheOpening(string version)
    {
        AgentRig? rig = null;
        var deciding = Task.CompletedTask;
        var opening = new OpeningClient(asked =>
        {
            deciding = rig!.DecideAsync(asked.Url!.Split('/')[^1], Verdict.Approve);
            return Task.FromResult("accept");
        });
        await using var started = rig = await AgentRig.StartAsync(version, client: opening.Offer);

        var (_, facts) = await rig.CallAsync(Undo, AgentRig.Wish(waitSeconds: 50));
        await deciding;

        Assert.Equal("applied", facts.GetProperty("state").GetString());
        Assert.Single(opening.Asked);
    }

    [Fact]
    public async Task AClientThatCannotAnswerIsToldOfTheRequestAllTheSame()
    {
        var opening = new OpeningClient(_ => throw new McpException("no browser"));
        await using var rig = await AgentRig.StartAsync(AgentRig.Old, client: opening.Offer);

        var (text, facts) = await rig.CallAsync(Undo, Wish);

        Assert.Single(opening.Asked);
        Assert.Equal("pending", facts.GetProperty("state").GetString());
        Assert.EndsWith("did not say whether the link was opened. The request stands as it is told here.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task NothingIsOpenedWhereNobodyIsToDecide(string version)
    {
        var opening = new OpeningClient("accept");
        await using var rig = await AgentRig.StartAsync(version, client: opening.Offer);

        await rig.RefusalAsync(Undo, new
        {
            resource_type = "deployment",
            @namespace = "shop",
            name = "checkout",
            to_revision = 4,
            current_revision = 4,
            reason = "The same.",
        });
        var asked = await rig.CallAsync(Undo, Wish);
        await rig.CallAsync("k8s_rollout_undo_status", new { request_id = asked.Facts.GetProperty("request_id").GetString() });
        await rig.CallAsync("k8s_rollout_undo_cancel",
            new { request_id = asked.Facts.GetProperty("request_id").GetString(), reason = "Not needed." });

        Assert.Single(opening.Asked);
    }
}
