using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Tests.Agent;

public sealed class PolicyTests
{
    private static readonly string[] Two =
    [
        "--Policies:Rules:0:Name=production", "--Policies:Rules:0:Namespaces:0=shop", "--Policies:Rules:0:RequiredApprovals=2",
        "--Policies:Rules:0:RequestLifetime=00:07:00", "--Approvals:Requester=mira",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Deny=true", "Rule 'production' refuses this undo. Nobody was asked.")]
    [InlineData("Approvers:Groups:0=sre", "needs 1 of those who may approve, and fewer are enrolled: group sre")]
    [InlineData("Approvers:Names:0=ALICE", null)]
    [InlineData("Labels:0=tier=nowhere", null)]
    public async Task NobodyIsAskedWhatTheRuleRefuses(string setting, string? said)
    {
        await using var rig = await AgentRig.StartAsync(settings: ["--Policies:Rules:0:Name=production", $"--Policies:Rules:0:{setting}"]);
        if (said is null)
        {
            await rig.CallAsync("k8s_rollout_undo", AgentRig.Wish());
            return;
        }

        Assert.Contains(said, await rig.RefusalAsync("k8s_rollout_undo", AgentRig.Wish()), StringComparison.Ordinal);
        Assert.Empty(await rig.Broker.ListRecentAsync(Cancelled));
    }

    [Fact]
    public async Task NobodyIsAskedInAFreezeAndTheAgentIsToldUntilWhen()
    {
        const string Freeze = "--Policies:Default:Freezes:0";
        await using var rig = await AgentRig.StartAsync(
            settings: [
                $"{Freeze}:Name=quiet",
                $"{Freeze}:TimeZone=Asia/Tokyo",
                $"{Freeze}:Starts=2001-01-01T00:00",
                $"{Freeze}:Ends=2101-01-01T00:00"]);
        Assert.Contains(
            "The freeze 'quiet' of rule 'default' is in force until 2101-01-01 00:00 (Asia/Tokyo)",
            await rig.RefusalAsync("k8s_rollout_undo", AgentRig.Wish()),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheAgentSeesHowManyApprovalsThereMustBeAndAre()
    {
        await using var rig = await AgentRig.StartAsync(settings: Two);
        Assert.Contains(
            "needs 2 of those who may approve", await rig.RefusalAsync("k8s_rollout_undo", AgentRig.Wish()), StringComparison.Ordinal);
        await rig.Services.GetRequiredService<ApproverDirectory>()
            .AddAsync("ben", [], "four unrelated words", AuditActor.System, Cancelled);

        var (_, asked) = await rig.CallAsync("k8s_rollout_undo", AgentRig.Wish());
        var id = asked.GetProperty("request_id").GetString()!;
        Assert.Equal((2, 0), Approvals(asked));
        Assert.StartsWith("0 of 2 approvals are given", asked.GetProperty("next_step").GetString(), StringComparison.Ordinal);
        await rig.DecideAsync(id, Verdict.Approve);
        var (text, half) = await rig.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 0 });
        Assert.Equal("pending", half.GetProperty("state").GetString());
        Assert.Equal((2, 1), Approvals(half));
        Assert.Contains("approvals 1 of 2", text, StringComparison.Ordinal);

        var request = await rig.Broker.FindAsync(id, Cancelled);
        Assert.Equal(("mira", "production", TimeSpan.FromMinutes(7)),
            (request!.Requester.Person, request.Terms!.Rule, request.ExpiresAt - request.CreatedAt));
    }

    [Fact]
    public async Task AFloodIsRefusedClearly()
    {
        await using var rig = await AgentRig.StartAsync(settings: ["--Limits:RequestsPerMinute=1"]);
        var (_, asked) = await rig.CallAsync("k8s_rollout_undo", AgentRig.Wish());
        await rig.CallAsync("k8s_rollout_undo", AgentRig.Wish());
        await rig.CallAsync("k8s_rollout_undo_cancel", new { request_id = asked.GetProperty("request_id").GetString(), reason = "no" });
        Assert.Contains("Limits:RequestsPerMinute", await rig.RefusalAsync("k8s_rollout_undo", AgentRig.Wish()), StringComparison.Ordinal);
    }

    private static (int Required, int Given) Approvals(System.Text.Json.JsonElement facts) =>
        (facts.GetProperty("approvals").GetProperty("required").GetInt32(), facts.GetProperty("approvals").GetProperty("given").GetInt32());
}
