using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Execution;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Broker.Policies;
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
    [InlineData("Open", null, 1, 2)]
    [InlineData("Arrived", 3L, 1, 2, 3)]
    public void The_fate_of_a_rollback_is_what_helms_records_say(string fate, long? made, params int[] revisions) =>
        Assert.Equal((Enum.Parse<RollbackFate>(fate), made), RollbackFates.Of(Plan, Read(revisions)));

    [Fact]
    public void Who_made_the_next_revision_of_something_else_was_first()
    {
        var look = With(Other(3));
        Assert.Equal((RollbackFate.Overtaken, null), RollbackFates.Of(Plan, look));
        Assert.Equal("Stale", Told(look, new HelmEnd(1, "")));
        Assert.Equal("Failed", Told(look, new HelmEnd(0, "")));
        Assert.Null(RollbackTelling.Of(Plan, look, null, hasEnded: false));
    }

    /// <summary>helm takes the number after the last revision that it finds, whoever made that.</summary>
    [Fact]
    public void A_rollback_that_took_an_upgrade_back_with_it_says_so()
    {
        var mine = Releases.Content(1);
        mine["version"] = 4;
        var look = With(Other(3), Releases.Stored(mine));

        Assert.Equal((RollbackFate.Arrived, 4L), RollbackFates.Of(Plan, look));
        var applied = RollbackTelling.Of(Plan, look, null, hasEnded: false)!.Change(Request(), default).Next;
        Assert.Equal((RequestState.Applied, 4L), (applied.State, applied.Outcome!.Revision));
        Assert.Contains("What others made since it was shown (revision 3 and on) was taken back with it", applied.Outcome.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_records_do_not_tell_any_more_is_not_guessed()
    {
        ClusterAnswer<ReleaseHistory> pruned = Releases.History(Releases.Stored(Other(9)));
        ClusterAnswer<ReleaseHistory> gone = new ClusterFailure(ClusterFailureKind.NotFound, "gone");
        ClusterAnswer<ReleaseHistory> silent = new ClusterFailure(ClusterFailureKind.Unreachable, "silent");
        foreach (var look in new[] { pruned, gone, silent })
        {
            var told = RollbackTelling.Of(Plan, look, new HelmEnd(0, ""), hasEnded: true)!.Change(Request(), default).Next;
            Assert.Equal(RequestState.Failed, told.State);
            Assert.StartsWith("What Helm did cannot be told", told.Outcome!.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1, "Helm made no revision of it, and so changed nothing.")]
    [InlineData(0, "What Helm did cannot be told")]
    [InlineData(null, "Helm made no revision of it, and so changed nothing.")]
    public void Nothing_was_changed_only_where_helm_failed_without_a_record(int? exitCode, string said)
    {
        var told = RollbackTelling.Of(Plan, Read([1, 2]), new HelmEnd(exitCode, "no"), hasEnded: true)!.Change(Request(), default).Next;
        Assert.StartsWith(said, told.Outcome!.Message, StringComparison.Ordinal);
        Assert.Null(RollbackTelling.Of(Plan, Read([1, 2]), null, hasEnded: false));
    }

    [Fact]
    public void A_release_that_somebody_took_away_is_not_installed_again()
    {
        var away = Releases.Content(2);
        away["info"]!["status"] = "uninstalled";
        var history = Releases.History(Releases.Secrets[0], Releases.Stored(away));
        Assert.IsType<IntakeRefusal.ReleaseTakenAway>(ReleasePlanning.Refusal(Ask, history, new ClusterScope([])));
        Assert.Contains("is uninstalled now", ReleasePlanning.Moved(Plan with { Uid = "" }, history), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_secrets_are_taken_out_of_what_helm_says()
    {
        var content = Releases.Content(1);
        const string Value = "hardly guessed";
        content["manifest"] = $"apiVersion: v1\nkind: Secret\nmetadata: {{ name: a }}\nstringData: {{ b: {Value} }}\n";
        var secrets = ReleaseSecrets.Of(Releases.History(Releases.Stored(content)));
        Assert.Equal("cannot parse *** as a number", secrets.Mask($"cannot parse {Value} as a number"));
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

        var verdict = RollbackVerdict.Judge(Plan, 3, history, [], end, TimeSpan.FromSeconds(seconds), TimeSpan.FromMinutes(10));

        Assert.Equal(rollout, verdict.Rollout.ToString());
    }

    [Fact]
    public void A_newer_revision_takes_the_place_of_a_rollback()
    {
        var later = Releases.Content(2);
        later["version"] = 4;
        var history = Releases.History([.. Releases.Secrets, Releases.Stored(later)]);
        var verdict = RollbackVerdict.Judge(Plan, 3, history, [], null, TimeSpan.Zero, TimeSpan.FromMinutes(10));
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
        Assert.Contains("and not what was shown",
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

        var refusal = ReleasePlanning.Refusal(Ask, history, new ClusterScope(["front"]));

        Assert.Equal(["namespace kube-system"], Assert.IsType<IntakeRefusal.OutsideNamespaces>(refusal).Namespaces);
        Assert.Null(ReleasePlanning.Refusal(Ask, history, new ClusterScope([])));
        Assert.Null(ReleasePlanning.Refusal(Ask, history, new ClusterScope(["*"])));
    }

    /// <summary>The API server drops the namespace of what is of none.</summary>
    [Theory]
    [InlineData("ClusterRole", "a", "ClusterRole a")]
    [InlineData("Namespace", "kube-system", "namespace kube-system")]
    public void A_namespace_hides_nothing_that_is_of_none(string kind, string name, string told)
    {
        var hiding = Releases.Content(1);
        hiding["manifest"] = $"apiVersion: v1\nkind: {kind}\nmetadata: {{ name: {name}, namespace: front }}\n";
        var refusal = ReleasePlanning.Refusal(
            Ask, Releases.History(Releases.Stored(hiding), Releases.Secrets[1]), new ClusterScope(["front"]));
        Assert.Equal([told], Assert.IsType<IntakeRefusal.OutsideNamespaces>(refusal).Namespaces);
    }

    [Fact]
    public void Of_a_helm_that_nothing_is_known_of_nothing_is_said_to_be_unchanged()
    {
        var told = RollbackTelling.Of(Plan, Read([1, 2]), end: null, hasEnded: true)!.Change(Request(), default).Next;
        Assert.StartsWith("What Helm did cannot be told", told.Outcome!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_shown_to_its_end_is_refused()
    {
        var torn = Releases.Content(1);
        torn["manifest"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {";
        Assert.IsType<IntakeRefusal.ReleaseUnreadable>(ReleasePlanning.Refusal(
            Ask, Releases.History(Releases.Stored(torn), Releases.Secrets[1]), new ClusterScope([])));
    }

    private static IntakeInput Ask => new(
        new(ResourceType.HelmRelease, "front", "front"), 1, 2, "It fails.", new Requester("dev", "test"));

    private static string? Told(ClusterAnswer<ReleaseHistory> look, HelmEnd end) =>
        RollbackTelling.Of(Plan, look, end, hasEnded: true)?.Change(Request(), default).Next.State.ToString();

    private static UndoRequest Request() => UndoPlanning.Draft(Ask, Plan, AnyTerms.Of("any"), new ClusterScope([]), default)
        with
    { State = RequestState.Executing };

    private static JsonObject Other(int version)
    {
        var other = Releases.Content(2);
        other["version"] = version;
        return other;
    }

    private static ClusterAnswer<ReleaseHistory> With(JsonObject third, params JsonElement[] later) =>
        Releases.History([.. Releases.Secrets.Take(2), Releases.Stored(third), .. later]);

    private static ClusterAnswer<ReleaseHistory> Read(IEnumerable<int> revisions) =>
        Releases.History(revisions.Select(revision => Releases.Secrets[revision - 1]));

    private static UndoPlan PlanOf(int from, int to)
    {
        var history = Releases.History([.. Releases.Secrets.Take(from)]);
        return ReleasePlanning.Plan(Cluster, history, history.Find(to)!);
    }
}
