using McpRollout.Approvals.Execution;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Rollouts.Helm;

namespace McpRollout.Tests.Executor;

/// <summary>The recorded release <c>front</c>: revision 3 is a rollback to 1, as the real helm made it.</summary>
public sealed class RollbackFateTests
{
    private static readonly ClusterIdentity Cluster = new("practice", "https://127.0.0.1:1");
    private static readonly UndoPlan Plan = PlanOf(from: 2, to: 1);

    [Fact]
    public void The_revision_that_helm_makes_of_a_rollback_has_the_digest_of_its_target()
    {
        Assert.Equal(Releases.Record(1).Digest, Releases.Record(3).Digest);
        Assert.NotEqual(Releases.Record(1).Digest, Releases.Record(2).Digest);
    }

    [Theory]
    [InlineData("Open", 1, 2)]
    [InlineData("Arrived", 1, 2, 3)]
    public void The_fate_of_a_rollback_is_what_helms_records_say(string fate, params int[] revisions) =>
        Assert.Equal(fate, RollbackFates.Of(Plan, Read(revisions)).ToString());

    [Fact]
    public void Who_made_the_next_revision_of_something_else_was_first()
    {
        var other = Releases.Content(2);
        other["version"] = 3;
        ClusterAnswer<ReleaseHistory> look = Releases.History([.. Releases.Secrets.Take(2), Releases.Stored(other)]);
        Assert.Equal(RollbackFate.Overtaken, RollbackFates.Of(Plan, look));
    }

    [Fact]
    public void A_record_that_was_pruned_is_not_taken_for_one_that_is_yet_to_come()
    {
        var later = Releases.Content(2);
        later["version"] = 9;
        ClusterAnswer<ReleaseHistory> look = Releases.History(Releases.Stored(later));
        Assert.Equal(RollbackFate.Overtaken, RollbackFates.Of(Plan, look));
    }

    [Fact]
    public void Without_a_release_or_an_answer_the_fate_is_not_guessed()
    {
        Assert.Equal(RollbackFate.Gone, RollbackFates.Of(Plan, new ClusterFailure(ClusterFailureKind.NotFound, "gone")));
        Assert.Equal(RollbackFate.Unreadable, RollbackFates.Of(Plan, new ClusterFailure(ClusterFailureKind.Unreachable, "silent")));
    }

    [Theory]
    [InlineData("deployed", null, 0, "Healthy")]
    [InlineData("failed", null, 0, "Degraded")]
    [InlineData("pending-rollback", null, 0, "Progressing")]
    [InlineData("pending-rollback", 137, 0, "Degraded")]
    [InlineData("pending-rollback", null, 3600, "Degraded")]
    public void A_rolled_back_release_is_judged_by_helms_word_and_by_how_helm_ended(
        string status, int? exitCode, int seconds, string rollout)
    {
        var made = Releases.Content(3);
        made["info"]!["status"] = status;
        made["manifest"] = "";
        var history = Releases.History([.. Releases.Secrets.Take(2), Releases.Stored(made)]);
        var end = exitCode is null ? null : new HelmEnd(exitCode, "");

        var verdict = RollbackVerdict.Judge(Plan, history, [], end, TimeSpan.FromSeconds(seconds), TimeSpan.FromMinutes(10));

        Assert.Equal(rollout, verdict.Rollout.ToString());
    }

    [Fact]
    public void A_newer_revision_takes_the_place_of_a_rollback()
    {
        var later = Releases.Content(2);
        later["version"] = 4;
        var history = Releases.History([.. Releases.Secrets, Releases.Stored(later)]);
        var verdict = RollbackVerdict.Judge(Plan, history, [], null, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Assert.Equal(UndoRollout.Superseded, verdict.Rollout);
        Assert.StartsWith("Revision 4 of helm_release/front", verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_shown_is_what_is_rolled_back_or_nothing_is()
    {
        var shown = Releases.History([.. Releases.Secrets.Take(2)]);
        Assert.Null(ReleasePlanning.Moved(Plan, shown));
        Assert.Contains("has got revision 3", ReleasePlanning.Moved(Plan, Releases.History(Releases.Secrets)), StringComparison.Ordinal);
        Assert.Contains("no longer exists", ReleasePlanning.Moved(Plan, null), StringComparison.Ordinal);
        Assert.Contains("is gone", ReleasePlanning.Moved(Plan, Releases.History(Releases.Secrets[1])), StringComparison.Ordinal);
        Assert.Contains("installed again", ReleasePlanning.Moved(Plan with { Uid = "other" }, shown), StringComparison.Ordinal);
        Assert.Contains("Revision 2 of helm_release/front is not what was shown",
            ReleasePlanning.Moved(Plan with { FromDigest = "other" }, shown), StringComparison.Ordinal);
        Assert.Contains("Revision 1 is not what was shown",
            ReleasePlanning.Moved(Plan with { ToDigest = "other" }, shown), StringComparison.Ordinal);
    }

    [Fact]
    public void ARollbackThatReachesFurtherThanTheServerMayIsRefused()
    {
        var reaching = Releases.Content(1);
        reaching["manifest"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: kube-system }\n";
        var history = Releases.History(Releases.Stored(reaching), Releases.Secrets[1]);
        var ask = new IntakeInput(new(ResourceType.HelmRelease, "front", "front"), 1, 2, "It fails.", new Requester("dev", "test"));

        var refusal = ReleasePlanning.Refusal(ask, history, new ClusterScope(["front"]));

        Assert.Equal(["kube-system"], Assert.IsType<IntakeRefusal.OutsideNamespaces>(refusal).Namespaces);
        Assert.Null(ReleasePlanning.Refusal(ask, history, new ClusterScope([])));
    }

    [Fact]
    public void What_cannot_be_shown_to_its_end_is_refused()
    {
        var torn = Releases.Content(1);
        torn["manifest"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {";
        var ask = new IntakeInput(new(ResourceType.HelmRelease, "front", "front"), 1, 2, "It fails.", new Requester("dev", "test"));
        Assert.IsType<IntakeRefusal.ReleaseUnreadable>(ReleasePlanning.Refusal(
            ask, Releases.History(Releases.Stored(torn), Releases.Secrets[1]), new ClusterScope([])));
    }

    private static ClusterAnswer<ReleaseHistory> Read(IEnumerable<int> revisions) =>
        Releases.History(revisions.Select(revision => Releases.Secrets[revision - 1]));

    private static UndoPlan PlanOf(int from, int to)
    {
        var history = Releases.History([.. Releases.Secrets.Take(from)]);
        return ReleasePlanning.Plan(Cluster, history, history.Find(to)!);
    }
}
