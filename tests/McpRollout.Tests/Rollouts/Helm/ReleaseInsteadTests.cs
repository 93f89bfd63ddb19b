using System.Text.Json;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.Reading;
using McpRollout.Tests.Rollouts.Findings;
using Moq;

namespace McpRollout.Tests.Rollouts.Helm;

/// <summary>A workload that Helm manages, and the revision of its release that would bring back the same.</summary>
public sealed class ReleaseInsteadTests
{
    private const string Wanted = "shop/checkout:1.4.1";
    private const string Broken = "shop/checkout:crash-1.4.2";

    [Fact]
    public void The_revision_of_the_release_with_the_same_images_is_named_with_how_to_ask_for_it() => Assert.Contains(
        "Its release front has these images in revision 2: ask with resource_type helm_release, name front, to_revision 2, "
            + "current_revision 3 to go back as a whole.",
        Said(Wanted, Wanted, Broken), StringComparison.Ordinal);

    [Fact]
    public void Without_such_a_revision_that_is_said() => Assert.Contains(
        "No revision of its release front that was read has these images.", Said("shop/checkout:1.0.0", Broken), StringComparison.Ordinal);

    [Fact]
    public void Where_the_release_has_them_already_the_workload_was_changed_beside_it() => Assert.Contains(
        "Its release front has these images in its current revision 2: the workload was changed beside Helm.",
        Said(Broken, Wanted), StringComparison.Ordinal);

    [Fact]
    public void A_release_that_does_not_have_the_workload_is_not_told_of() =>
        Assert.DoesNotContain("release front", Managed(Facts(Releases.History(Releases.Secrets))), StringComparison.Ordinal);

    [Fact]
    public void A_history_says_where_the_release_is()
    {
        var facts = Facts(History(Wanted, Broken));

        Assert.Contains(
            "Its release front is at revision 2 (deployed); ask with resource_type helm_release, name front to see what its revisions "
                + "have.",
            Managed(facts with { Target = facts.History.Current! }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_release_has_does_not_make_it_another_finding_before_the_patch()
    {
        static IReadOnlyList<string>? Subjects(UndoFacts facts) =>
            UndoFindings.For(facts).Single(finding => finding.Code == FindingKinds.ManagedBy.Code).Subjects;

        Assert.Equal(Subjects(Facts(null)), Subjects(Facts(History(Wanted, Broken))));
    }

    [Theory]
    [InlineData("front", "rollouts-lab", "front")]
    [InlineData("front", null, "front")]
    [InlineData("front", "elsewhere", null)]
    [InlineData("front,owner!=helm", "rollouts-lab", null)]
    [InlineData("", "rollouts-lab", null)]
    [InlineData(null, "rollouts-lab", null)]
    public void Only_a_mark_that_names_a_release_of_the_same_namespace_is_followed(string? name, string? space, string? release)
    {
        string?[] marks =
        [
            name is null ? null : $"\"meta.helm.sh/release-name\": \"{name}\"",
            space is null ? null : $"\"meta.helm.sh/release-namespace\": \"{space}\"",
        ];
        var facts = Known.Deployment((
            "\"annotations\": {\"deployment.kubernetes.io/revision\": \"2\"}",
            $"\"annotations\": {{{string.Join(", ", marks.OfType<string>())}}}"));

        Assert.Equal(release, ReleaseMarks.Of(facts.Workload)?.Name);
    }

    [Fact]
    public async Task Before_the_patch_no_record_is_read()
    {
        var facts = Known.Deployment((
            "\"annotations\": {\"deployment.kubernetes.io/revision\": \"2\"}",
            "\"annotations\": {\"meta.helm.sh/release-name\": \"front\", \"meta.helm.sh/release-namespace\": \"rollouts-lab\"}"));
        var records = new Mock<IReleaseRecords>(MockBehavior.Strict);
        ClusterAnswer<IReadOnlyList<JsonElement>> none = Array.Empty<JsonElement>();
        var cluster = new Mock<IClusterReader>();
        cluster.Setup(each => each.ListNamespacePoliciesAsync(
                It.IsAny<NamespacePolicyKind>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(none);
        var reader = new WorkloadContextReader(cluster.Object, TimeProvider.System, releases: new(records.Object));

        await reader.ReadHoldingAsync(facts.History, 1, pausesOwner: false, TestContext.Current.CancellationToken);

        Assert.NotNull(ReleaseMarks.Of(facts.Workload));
        Assert.Empty(records.Invocations);
    }

    private static string Said(params string[] images) => Managed(Facts(History(images)));

    private static string Managed(UndoFacts facts) => facts.Says(FindingKinds.ManagedBy)!;

    private static UndoFacts Facts(ReleaseHistory? release) =>
        Known.Deployment(("\"generation\": 2,", "\"generation\": 2, \"labels\": {\"app.kubernetes.io/managed-by\": \"Helm\"},")) with
        {
            Release = release,
        };

    private static string Container(string name, string image) => $"      - {{name: {name}, image: '{image}'}}";

    // One revision for each image, the last of them deployed.
    private static ReleaseHistory History(params string[] images)
    {
        var target = Known.Deployment().Target.Images;
        return ReleaseHistory.Of(new("rollouts-lab", "front"), images.Select((image, at) =>
        {
            var content = Releases.Content(1);
            content["version"] = at + 1;
            content["info"]!["status"] = at == images.Length - 1 ? "deployed" : "superseded";
            content["manifest"] = $$"""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: checkout
                spec:
                  template:
                    spec:
                      containers:
                {{string.Join('\n', target.Select(each => Container(each.Key, each.Value == Wanted ? image : each.Value)))}}
                """;
            var stored = Releases.Stored(content);
            return ReleaseRevision.Of(ReleaseEntry.Of(McpRollout.Rollouts.Cluster.ReleaseDriver.Secret, stored)!, stored);
        }));
    }
}
