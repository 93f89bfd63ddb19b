using System.Text.Json.Nodes;
using McpRollout.Rollouts.Helm;

namespace McpRollout.Tests.Rollouts.Helm;

public sealed class ReleaseChangesTests
{
    [Fact]
    public void An_upgrade_is_told_from_the_chart_to_the_values_and_no_value_is() => Assert.Equal(
        [
            "chart storefront 1.4.0 -> 1.5.0",
            "app version 2.7.0 -> 2.8.0",
            "Deployment front: container front: image registry.example/shop/front:2.7.0 -> registry.example/shop/front:2.8.0",
            "Deployment front: replicas 2 -> 3",
            "StatefulSet front-cache removed",
            "Secret front-db changed (stringData.password)",
            "value cache added",
            "value database.password changed",
            "value image.tag added",
            "value replicas added",
        ],
        ReleaseChanges.Between(Releases.Record(1), Releases.Record(2)));

    [Fact]
    public void A_rollback_is_told_as_what_it_takes_back() => Assert.Equal(
        [
            "chart storefront 1.5.0 -> 1.4.0",
            "app version 2.8.0 -> 2.7.0",
            "Deployment front: container front: image registry.example/shop/front:2.8.0 -> registry.example/shop/front:2.7.0",
            "Deployment front: replicas 3 -> 2",
            "StatefulSet front-cache added (image registry.example/shop/cache:7.2)",
            "Secret front-db changed (stringData.password)",
            "value cache removed",
            "value database.password changed",
            "value image.tag removed",
            "value replicas removed",
        ],
        ReleaseChanges.Between(Releases.Record(2), Releases.Record(3)));

    [Fact]
    public void The_same_again_changes_nothing() => Assert.Empty(ReleaseChanges.Between(Releases.Record(1), Releases.Record(3)));

    [Fact]
    public void Labels_that_each_new_chart_writes_everywhere_are_one_line()
    {
        static string Manifest(string version) => """
            apiVersion: v1
            kind: Service
            metadata:
              name: a
              labels: {helm.sh/chart: web-VERSION, app: web}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: a, labels: {app.kubernetes.io/version: "VERSION"}}
            """.Replace("VERSION", version, StringComparison.Ordinal);

        Assert.Equal(
            ["the labels that name chart and version changed on 2 objects"],
            ReleaseChanges.Between(With(Manifest("1.0.0")), With(Manifest("1.1.0"))));
    }

    [Fact]
    public void Objects_are_told_apart_by_group_kind_namespace_and_name() => Assert.Equal(
        ["Role b added", "Role a in other added", "Role a removed"],
        ReleaseChanges.Between(
            With("{apiVersion: rbac.authorization.k8s.io/v1beta1, kind: Role, metadata: {name: a}}"),
            With("""
                {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: b}}
                ---
                {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a, namespace: other}}
                """)));

    [Fact]
    public void Of_what_runs_no_pods_no_value_is_told()
    {
        var lines = ReleaseChanges.Between(
            With("{apiVersion: acme.example/v1, kind: Account, metadata: {name: a}, spec: {login: first, size: 1}}"),
            With("{apiVersion: acme.example/v1, kind: Account, metadata: {name: a}, spec: {login: second, size: 1}}"));

        Assert.Equal(["Account a changed (spec.login)"], lines);
    }

    [Fact]
    public void Hooks_are_told_of_too()
    {
        var (older, newer) = (Releases.Content(1), Releases.Content(1));
        newer["hooks"]![0]!["name"] = "another";
        Assert.Equal(
            ["hook ConfigMap another added (pre-rollback, post-rollback)", "hook ConfigMap front-before-rollback removed"],
            ReleaseChanges.Between(Read(older), Read(newer)));
    }

    [Fact]
    public void A_manifest_that_cannot_be_read_is_not_taken_for_one_without_objects() => Assert.Contains(
        "what else it has is not known: the manifest is no YAML near line 1",
        ReleaseChanges.Between(With("kind: Service"), With("{")));

    private static ReleaseRecord With(string manifest)
    {
        var content = Releases.Content(1);
        content["manifest"] = manifest;
        content["config"] = new JsonObject();
        return Read(content);
    }

    private static ReleaseRecord Read(JsonObject content) => ReleaseRecord.Read(Releases.Stored(content));
}
