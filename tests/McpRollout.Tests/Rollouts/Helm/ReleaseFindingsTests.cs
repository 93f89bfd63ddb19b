using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;

namespace McpRollout.Tests.Rollouts.Helm;

public sealed class ReleaseFindingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 1, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("pending-upgrade")]
    [InlineData("pending-rollback")]
    public void A_pending_release_says_what_holds_it_and_that_a_rollback_is_the_way_out(string status)
    {
        var history = Pending(3, status);

        var found = Assert.Single(ReleaseFindings.For(history, [], new("helm", () => true), Now));

        Assert.Equal("release-pending", found.Code);
        Assert.Contains($"Revision 3 of front is {status} since 2026-11-30 00:", found.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "a rollback is the way out: helm rollback front 2 --namespace front --wait", found.Message, StringComparison.Ordinal);
        Assert.Equal(RolloutState.Progressing, ReleaseRollout.Judge(history, []).State);
    }

    [Fact]
    public void An_installation_that_hangs_has_nothing_to_go_back_to() => Assert.EndsWith(
        "it has to be uninstalled.",
        Assert.Single(ReleaseFindings.For(Pending(1, "pending-install"), [], new("helm", () => true), Now)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_release_that_is_done_has_no_findings() =>
        Assert.Empty(ReleaseFindings.For(Releases.History(Releases.Secrets), [], new("helm", () => true), Now));

    [Fact]
    public void A_failed_release_is_failed_whatever_its_workloads_say_and_its_description_is_masked()
    {
        var content = Releases.Content(2);
        content["info"]!["status"] = "failed";
        content["info"]!["description"] = "Upgrade failed: --password=hunter2 is wrong";
        var history = Releases.History(Releases.Secrets[0], Releases.Stored(content));

        var rollout = ReleaseRollout.Judge(history, [Workload(RolloutState.Complete)]);

        Assert.Equal(RolloutState.Failed, rollout.State);
        Assert.StartsWith("Helm calls revision 2 (storefront-1.5.0) of front failed.", rollout.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", rollout.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(RolloutState.Complete), nameof(RolloutState.Complete), nameof(RolloutState.Complete))]
    [InlineData(nameof(RolloutState.Complete), nameof(RolloutState.Progressing), nameof(RolloutState.Progressing))]
    [InlineData(nameof(RolloutState.Progressing), nameof(RolloutState.Failed), nameof(RolloutState.Failed))]
    [InlineData(nameof(RolloutState.Complete), nameof(RolloutState.Paused), nameof(RolloutState.Paused))]
    public void A_release_is_as_far_as_the_last_of_its_workloads(string one, string other, string all)
    {
        var rollout = ReleaseRollout.Judge(
            Releases.History(Releases.Secrets), [Workload(Enum.Parse<RolloutState>(one)), Workload(Enum.Parse<RolloutState>(other))]);

        Assert.Equal((Enum.Parse<RolloutState>(all), 4), (rollout.State, rollout.Replicas.Desired));
    }

    [Fact]
    public void A_workload_that_could_not_be_read_is_not_taken_for_complete()
    {
        var rollout = ReleaseRollout.Judge(
            Releases.History(Releases.Secrets), [Workload(RolloutState.Complete), Unread(ClusterFailureKind.Unreachable, "no answer.")]);

        Assert.Equal(RolloutState.Progressing, rollout.State);
        Assert.EndsWith("deployment/front: no answer.", rollout.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Workloads_that_are_not_to_be_read_hold_nothing_up_and_are_told_once()
    {
        var unread = Unread(ClusterFailureKind.Forbidden, "It is forbidden.");

        var rollout = ReleaseRollout.Judge(Releases.History(Releases.Secrets), [Workload(RolloutState.Complete), unread, unread]);
        var blind = ReleaseRollout.Judge(Releases.History(Releases.Secrets), [unread]);

        Assert.Equal((RolloutState.Complete, RolloutState.Progressing), (rollout.State, blind.State));
        Assert.EndsWith("deployed. 2 of its 3 workloads were not read: deployment/front. It is forbidden.", rollout.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_of_which_not_all_is_known_is_never_complete()
    {
        var content = Releases.Content(1);
        content["manifest"] = "{";

        foreach (var damaged in new[] { Releases.Stored(content), Releases.Stored("bm90IGEgcmVjb3Jk") })
        {
            var rollout = ReleaseRollout.Judge(Releases.History(damaged), []);
            Assert.Equal(RolloutState.Progressing, rollout.State);
            Assert.EndsWith("workloads it has is not known.", rollout.Message, StringComparison.Ordinal);
        }
    }

    private static ReleaseWorkload Unread(ClusterFailureKind kind, string message) =>
        new(new(ResourceType.Deployment, "front", "front"), null, new(kind, message));

    private static ReleaseHistory Pending(int revision, string status)
    {
        var content = Releases.Content(revision);
        content["info"]!["status"] = status;
        return Releases.History([.. Releases.Secrets.Take(revision - 1), Releases.Stored(content)]);
    }

    private static ReleaseWorkload Workload(RolloutState state) =>
        new(new(ResourceType.Deployment, "front", "front"), new(state, "what kubectl says", new(2, 2, 2, 2)), null);
}
