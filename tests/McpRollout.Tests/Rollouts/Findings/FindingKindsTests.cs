using System.Reflection;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Tools;

namespace McpRollout.Tests.Rollouts.Findings;

public sealed class FindingKindsTests
{
    [Fact]
    public void The_documentation_has_every_finding_and_refusal_as_the_code_has_it()
    {
        var text = File.ReadAllText(Path.Combine(SchemaFiles.Root, "docs", "findings.md"));
        var rows = text.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(
            [
                .. FindingKinds.All.Select(kind => $"| `{kind.Code}` | {kind.Severity.ToName()} | {kind.Headline} | "
                    + $"{kind.Meaning} | "
                    + $"{(kind.Remedy.Length == 0 ? "nothing" : kind.Remedy)} |"),
                .. UndoRefusals.All.Select(refusal => $"| `{refusal.Code}` | {refusal.Meaning} | {refusal.Remedy} |"),
            ],
            rows);
    }

    [Fact]
    public void Every_kind_is_listed_once_the_gravest_first()
    {
        var fields = new[] { typeof(FindingKinds), typeof(ArgoFindingKinds), typeof(HelmFindingKinds), typeof(OwnerFindingKinds) }
            .SelectMany(kinds => kinds.GetFields(BindingFlags.Static | BindingFlags.Public)).Select(field => field.GetValue(null))
            .OfType<FindingKind>();
        Assert.Equal(fields.OrderBy(kind => kind.Code), FindingKinds.All.OrderBy(kind => kind.Code));
        Assert.Equal(FindingKinds.All, FindingKinds.All.OrderBy(kind => kind.Severity));
        Assert.Equal(FindingKinds.All.Count, FindingKinds.All.DistinctBy(kind => kind.Code).Count());
    }

    [Fact]
    public void Every_kind_has_a_headline_of_its_own_of_at_most_six_words()
    {
        Assert.All(FindingKinds.All, kind => Assert.InRange(kind.Headline.Split(' ').Length, 1, 6));
        Assert.Equal(FindingKinds.All.Count, FindingKinds.All.DistinctBy(kind => kind.Headline).Count());
    }

    [Fact]
    public void Findings_are_ordered_by_what_comes_of_them()
    {
        Finding[] found =
        [
            FindingKinds.Pace.Of("p."), FindingKinds.FarBack.Of("f."), new(FindingSeverity.Warns, "of-a-later-version", "l."),
            FindingKinds.ManagedBy.Of("m."), FindingKinds.ImageGone.Of("i."),
        ];
        Assert.Equal(
            ["image-gone", "managed-by", "far-back", "of-a-later-version", "pace"],
            FindingKinds.Ordered(found).Select(finding => finding.Code));
        Assert.Equal("of a later version", FindingKinds.HeadlineOf(found[2]));
    }

    [Fact]
    public void Every_refusal_has_a_code() => Assert.Equal(
        Enum.GetValues<UndoRefusalKind>().Except([UndoRefusalKind.Blocked, UndoRefusalKind.NothingToUndo, UndoRefusalKind.NotSettled])
            .Order(),
        UndoRefusals.All.Select(refusal => refusal.Kind).Order());

    [Fact]
    public void Stuck_pods_are_named_as_the_list_names_them()
    {
        var history = Samples.StatefulSetHistory();
        var found = Assert.Single(RolloutFindings.For(history, history.Find(1)!));
        Assert.Equal((FindingKinds.StuckPods.Severity, FindingKinds.StuckPods.Code), (found.Severity, found.Code));
    }

    [Fact]
    public void What_could_not_be_read_is_told_once_for_each_cause()
    {
        var forbidden = new ClusterFailure(ClusterFailureKind.Forbidden, "secrets is forbidden", "Forbidden", 403);
        var facts = Known.Deployment()
            .Governed(NamespacePolicyKind.ResourceQuota)
            .Referring(Known.Db, forbidden)
            .Referring(new(ReferencedKind.Secret, "tls"), forbidden)
            .Referring(new(ReferencedKind.PriorityClass, "high"), forbidden) with
        {
            PodsUnread = new(ClusterFailureKind.Unreachable, "The cluster did not answer in time."),
        };
        Assert.Equal(
            [
                "Not checked: current-healthy, target-was-failing, max-unavailable (pods): The cluster did not answer in time.",
                "Not checked: missing-reference, missing-key, changed-since (Secret db, Secret tls): the server's credentials may not get "
                    + "secrets.",
                "Not checked: missing-reference (PriorityClass high): the server's credentials may not get priorityclasses.",
            ],
            UndoFindings.For(facts).Where(finding => finding.Code == "not-checked")
                .Select(finding => finding.Message.Replace($" {FindingKinds.NotChecked.Remedy}", "", StringComparison.Ordinal)));
    }
}
