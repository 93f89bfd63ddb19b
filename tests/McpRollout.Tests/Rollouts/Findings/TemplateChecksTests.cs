using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts.Findings;

public sealed class TemplateChecksTests
{
    [Theory]
    [InlineData("shop/checkout:latest", true)]
    [InlineData("shop/checkout", true)]
    [InlineData("registry.example:5000/shop/checkout", true)]
    [InlineData("shop/checkout:Stable", true)]
    [InlineData("shop/checkout:1.4.1", false)]
    [InlineData("shop/checkout:latest-1.4.1", false)]
    [InlineData("shop/checkout:latest@sha256:0123456789012345678901234567890123456789012345678901234567890123", false)]
    public void A_tag_that_moves_warns(string image, bool moves)
    {
        var said = Known.Deployment((Known.Target, $"\"{image}\"")).Says(FindingKinds.MutableTag);
        Assert.Equal(moves, said is not null);
        if (moves)
            Assert.Contains($"app ({image})", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_images_in_the_same_spec_warn_where_only_an_annotation_differs()
    {
        (string, string)[] restarted =
        [
            (Known.Target, Known.Current),
            ("\"metadata\": {\"creationTimestamp\": null, \"labels\": {\"app\": \"checkout\", \"tier\": \"web\"}}",
                "\"metadata\": {\"annotations\": {\"kubectl.kubernetes.io/restartedAt\": \"2026-11-22T00:40:49Z\"}, \"labels\": {\"app\": "
                    + "\"checkout\", \"tier\": \"web\"}}"),
        ];
        Assert.Contains("shop/checkout:crash-1.4.2", Known.Deployment(restarted).Says(FindingKinds.SameTag), StringComparison.Ordinal);
        Assert.Null(Known.Deployment().Says(FindingKinds.SameTag));
        Assert.Null(Known
            .Deployment([.. restarted, ("\"shop/wait:1\"", "\"shop/wait@sha256:00\""), (Known.Current, "\"shop/app@sha256:11\"")])
            .Says(FindingKinds.SameTag));
    }

    [Fact]
    public void One_revision_back_is_not_far() => Assert.Null(Known.Deployment().Says(FindingKinds.FarBack));

    [Fact]
    public void What_lies_between_is_named() => Assert.StartsWith(
        "Revision 1 is 3 revisions back. Between lie 3 (container app: image app:2 -> app:3); 2 (container app: image app:1 -> app:2). ",
        Known.Of(History(4)).Says(FindingKinds.FarBack), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"name\": \"db-migrate\"", "db-migrate", "migrate")]
    [InlineData("\"name\": \"wait\", \"command\": [\"/bin/sh\", \"-c\", \"bundle exec rails db:migrate\"]", "wait", "db:migrate")]
    [InlineData("\"name\": \"wait\", \"args\": [\"prisma\", \"migrate\", \"deploy\"]", "wait", "migrate")]
    [InlineData("\"name\": \"wait\", \"command\": [\"alembic\", \"upgrade\", \"head\"]", "wait", "alembic")]
    [InlineData("\"name\": \"wait\", \"env\": [{\"name\": \"RUN_MIGRATIONS\", \"value\": \"true\"}]", "wait", "migrations")]
    public void An_init_container_that_looks_like_a_migration_warns(string container, string name, string sign)
    {
        var said = Known.Deployment(("\"name\": \"wait\"", container)).Says(FindingKinds.Migration);
        Assert.StartsWith($"What looks like a schema migration: init container {name} (\"{sign}\") of the current revision 2, init "
            + $"container {name} (\"{sign}\") of revision 1. ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"name\": \"mongoose\"")]
    [InlineData("\"name\": \"wait\", \"env\": [{\"name\": \"RUN_MIGRATIONS\", \"value\": \"false\"}]")]
    [InlineData("\"name\": \"emigrated\"")]
    public void Not_everything_is_a_migration(string container) =>
        Assert.Null(Known.Deployment(("\"name\": \"wait\"", container)).Says(FindingKinds.Migration));

    [Fact]
    public void Fields_that_the_dry_run_lost_or_changed_warn_without_their_values()
    {
        var target = Known.Deployment().Target.Template.GetRawText();
        var answered = target
            .Replace("\"terminationGracePeriodSeconds\": 30", "\"terminationGracePeriodSeconds\": 45", StringComparison.Ordinal)
            .Replace("\"dnsPolicy\": \"ClusterFirst\",", "", StringComparison.Ordinal)
            .Replace("shop/checkout:1.4.1", "mirror/checkout:1.4.1", StringComparison.Ordinal);
        var facts = Known.Deployment() with
        {
            RehearsedTemplate = Samples.Json(answered.Replace("\"dnsPolicy\":\"ClusterFirst\",", "", StringComparison.Ordinal)
                .Replace("\"terminationGracePeriodSeconds\":30", "\"terminationGracePeriodSeconds\":45", StringComparison.Ordinal)),
        };
        var said = facts.Says(FindingKinds.RemovedFields)!;
        Assert.Contains("spec.containers[app].image changed", said, StringComparison.Ordinal);
        Assert.Contains("spec.dnsPolicy dropped", said, StringComparison.Ordinal);
        Assert.Contains("spec.terminationGracePeriodSeconds changed", said, StringComparison.Ordinal);
        Assert.DoesNotContain("mirror", said, StringComparison.Ordinal);
    }

    [Fact]
    public void New_defaults_and_injected_containers_are_no_loss()
    {
        var target = Known.Deployment().Target.Template.GetRawText();
        var answered = target
            .Replace("\"spec\":{", "\"spec\":{\"newDefault\":true,", StringComparison.Ordinal)
            .Replace("\"containers\":[", "\"containers\":[{\"name\":\"sidecar\",\"image\":\"mesh:1\"},", StringComparison.Ordinal)
            .Replace("\"resources\":{},", "", StringComparison.Ordinal);
        Assert.NotEqual(target, answered);
        Assert.Null((Known.Deployment() with { RehearsedTemplate = Samples.Json(answered) }).Says(FindingKinds.RemovedFields));
    }

    private static RevisionHistory History(int revisions)
    {
        static string Template(int number, string hash = "") =>
            $$"""{"metadata":{"labels":{"app":"web"{{hash}}} },"spec":{"containers":[{"name":"app","image":"app:{{number}}"}]} }""";
        var workload = Samples.Json($$"""
            {"metadata":{"name":"web","namespace":"shop","uid":"u","annotations":{"deployment.kubernetes.io/revision":"{{revisions}}"} },"spec":{"replicas":2,"template":{{Template(revisions)}} },"status":{} }
            """);
        return RevisionHistory.From(
            Workload.From(ResourceType.Deployment, workload),
            [.. Enumerable.Range(1, revisions).Select(number => Samples.Json($$"""
            {"metadata":{"name":"web-{{number}}","uid":"rs{{number}}","creationTimestamp":"2026-11-22T00:0{{number}}:00Z","labels":{"pod-template-hash":"h{{number}}"},
              "annotations":{"deployment.kubernetes.io/revision":"{{number}}"},"ownerReferences":[{"uid":"u","controller":true}]},
             "spec":{"template":{{Template(number, $",\"pod-template-hash\":\"h{number}\"")}} },"status":{} }
            """))]);
    }
}
