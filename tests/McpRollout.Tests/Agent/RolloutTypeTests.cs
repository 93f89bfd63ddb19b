using System.Text;
using System.Text.Json;
using McpRollout.PracticeCluster.Faults;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Agent;

/// <summary>The type <c>rollout</c> is listed where Argo Rollouts is installed, and can be asked for in any case.</summary>
public sealed class RolloutTypeTests
{
    private static readonly object OfDeployment = new { resource_type = "deployment", @namespace = "shop", name = "checkout" };
    private static readonly object OfRollout = new { resource_type = "rollout", @namespace = "drills", name = "half-canary" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhoListsToolsAfterTheFirstCallIsShownIt()
    {
        await using var rig = await AgentRig.StartAsync();
        Assert.DoesNotContain("rollout", await TypesAsync(rig));

        await rig.CallAsync("k8s_rollout_history", OfDeployment);

        while (!(await TypesAsync(rig)).Contains("rollout"))
            Cancelled.ThrowIfCancellationRequested();
        Assert.Equal(["deployment", "statefulset", "daemonset", "rollout"], await TypesAsync(rig));
    }

    [Fact]
    public async Task AClientIsToldOfTheChangeOnceARolloutIsMet()
    {
        await using var rig = await AgentRig.StartAsync(AgentRig.Old, drills: true);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listening = rig.Client.RegisterNotificationHandler(NotificationMethods.ToolListChangedNotification, (_, _) =>
        {
            told.TrySetResult();
            return default;
        });

        await rig.CallAsync("k8s_rollout_history", OfDeployment);
        Assert.False(told.Task.IsCompleted);
        await rig.CallAsync("k8s_rollout_history", OfRollout);

        await told.Task.WaitAsync(Cancelled);
        Assert.Contains("rollout", await TypesAsync(rig));
        var listed = await rig.Client.ListToolsAsync(cancellationToken: Cancelled);
        var list = JsonSerializer.Serialize(
            new ListToolsResult { Tools = [.. listed.Select(tool => tool.ProtocolTool)] }, McpJsonUtilities.DefaultOptions);
        Assert.InRange(Encoding.UTF8.GetByteCount(list), 1, 7000);
    }

    [Fact]
    public async Task WhereItIsNotInstalledThatIsSaidAndItIsNotListed()
    {
        await using var rig = await AgentRig.StartAsync();
        rig.Cluster.Cluster.Faults.Answer(404, FaultInjection.On(null, "argoproj.io"), int.MaxValue);

        var refused = await rig.SendAsync("k8s_rollout_history", OfRollout, null, Cancelled);

        Assert.True(refused.IsError);
        Assert.Equal("Argo Rollouts is not installed in this cluster: it serves no rollouts.argoproj.io. Ask with resource_type "
            + "\"deployment\", \"statefulset\" or \"daemonset\".", AgentRig.TextOf(refused));
        await rig.CallAsync("k8s_rollout_history", OfDeployment);
        Assert.DoesNotContain("rollout", await TypesAsync(rig));
    }

    [Fact]
    public async Task AWrongTypeIsToldThatItIsARollout()
    {
        await using var rig = await AgentRig.StartAsync(drills: true);

        var wrong = await rig.SendAsync("k8s_rollout_history",
            new { resource_type = "deployment", @namespace = "drills", name = "half-canary" }, null, Cancelled);
        var plural = await rig.SendAsync("k8s_rollout_history",
            new { resource_type = "rollouts.argoproj.io", @namespace = "drills", name = "half-canary" }, null, Cancelled);

        Assert.Contains("There is a rollout of that name: use resource_type \"rollout\".", AgentRig.TextOf(wrong),
            StringComparison.Ordinal);
        Assert.Contains("use \"rollout\"", AgentRig.TextOf(plural), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> TypesAsync(AgentRig rig)
    {
        var tools = await rig.Client.ListToolsAsync(cancellationToken: Cancelled);
        return [.. tools[0].ProtocolTool.InputSchema.GetProperty("properties").GetProperty("resource_type").GetProperty("enum")
            .EnumerateArray().Select(type => type.GetString()!)];
    }
}
