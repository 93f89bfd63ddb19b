using System.Reflection;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts.Findings;

public sealed class OwnerChecksTests
{
    [Theory]
    [InlineData("\"labels\": {\"app.kubernetes.io/managed-by\": \"Helm\"}", "Helm manages deployment/checkout", "helm rollback")]
    [InlineData(
        "\"annotations\": {\"deployment.kubernetes.io/revision\": \"2\", \"meta.helm.sh/release-name\": \"checkout\"}",
        "annotation meta.helm.sh/release-name: checkout",
        "helm rollback")]
    [InlineData("\"labels\": {\"argocd.argoproj.io/instance\": \"shop\"}", "Argo CD manages", "revert the commit")]
    [InlineData("\"annotations\": {\"deployment.kubernetes.io/revision\": \"2\", \"argocd.argoproj.io/tracking-id\": "
        + "\"shop:apps/Deployment:rollouts-lab/checkout\"}", "Argo CD manages", "automatic sync off")]
    [InlineData(
        "\"labels\": {\"kustomize.toolkit.fluxcd.io/name\": \"shop\", \"kustomize.toolkit.fluxcd.io/namespace\": \"flux-system\"}",
        "Flux manages",
        "flux suspend")]
    [InlineData(
        "\"labels\": {\"helm.toolkit.fluxcd.io/name\": \"shop\", \"app.kubernetes.io/managed-by\": \"Helm\"}",
        "Flux manages",
        "flux suspend")]
    [InlineData(
        "\"labels\": {\"app.kubernetes.io/managed-by\": \"spinnaker\"}",
        "is managed by \"spinnaker\", by its label",
        "Roll back there")]
    [InlineData("\"ownerReferences\": [{\"apiVersion\": \"x/v1\", \"kind\": \"Shop\", \"name\": \"main\", \"uid\": \"s\", \"controller\": "
        + "true}]", "belongs to Shop main", "change it there")]
    public void Who_manages_the_workload_is_told_with_the_right_way(string metadata, string who, string way)
    {
        // A second member of a name takes the place of the first, as for the API server.
        var said = Known.Deployment(("\"generation\": 2,", $"\"generation\": 2, {metadata},")).Says(FindingKinds.ManagedBy);
        Assert.Contains(who, said, StringComparison.Ordinal);
        Assert.Contains(way, said, StringComparison.Ordinal);
    }

    /// <summary>It was known when the undo was asked for; with news people are asked again.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void An_owner_that_gives_no_answer_when_it_is_asked_again_is_no_news(bool isGone, bool isTold)
    {
        var facts = Known.Deployment(
            ("\"generation\": 2,", "\"generation\": 2, \"labels\": {\"argocd.argoproj.io/instance\": \"shop\"},")) with
        {
            Owner = new ClusterFailure(isGone ? ClusterFailureKind.NotFound : ClusterFailureKind.TooManyRequests, "no"),
            IsReadAgain = true,
        };
        Assert.Equal(isTold, facts.Says(FindingKinds.ManagedBy) is not null);
    }

    [Fact]
    public void A_GitOps_controller_is_known_by_what_it_writes_as() => Assert.Contains(
        "(field manager \"argocd-controller\" 2026-11-22 00:40Z (a GitOps controller))",
        Known.Deployment(("\"generation\": 2,", """
            "generation": 2, "managedFields": [{"manager": "argocd-controller", "operation": "Apply", "apiVersion": "apps/v1", "time": "2026-11-22T00:40:00Z",
            "fieldsType": "FieldsV1", "fieldsV1": {"f:spec":{"f:replicas":{} } } }],
            """)).Says(FindingKinds.ManagedBy), StringComparison.Ordinal);

    [Theory]
    [InlineData("Terraform", "Update", "Terraform applies the template")]
    [InlineData("HashiCorp", "Update", "Terraform applies the template")]
    [InlineData("pulumi-kubernetes-7d1", "Apply", "Pulumi applies the template")]
    [InlineData("rollout-bot", "Apply", "Somebody applies the template")]
    [InlineData("rollout-bot", "Update", null)]
    [InlineData("kubectl", "Apply", null)]
    [InlineData("kubectl-set", "Update", null)]
    [InlineData("mcp-rollout", "Apply", null)]
    public void Who_will_put_their_template_back_is_known_by_how_they_write_it(string manager, string operation, string? said)
    {
        var known = Written(manager, operation);
        if (said is null)
            Assert.Null(known);
        else
            Assert.StartsWith(said, known, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("argocd", "Argo CD")]
    [InlineData("kustomize-controller", "Flux")]
    [InlineData("helm-controller", "Flux")]
    [InlineData("flux", "Flux")]
    [InlineData("fleet", "Fleet")]
    [InlineData("configsync", "Config Sync")]
    [InlineData("gitops", "A GitOps controller")]
    [InlineData("helm", "Helm")]
    [InlineData("kapp", "kapp")]
    [InlineData("terraform", "Terraform")]
    [InlineData("hashicorp", "Terraform")]
    [InlineData("pulumi", "Pulumi")]
    [InlineData("ansible", "Ansible")]
    [InlineData("spinnaker", "Spinnaker")]
    [InlineData("skaffold", "Skaffold")]
    [InlineData("werf", "werf")]
    [InlineData("tanka", "Tanka")]
    [InlineData("jenkins", "Jenkins")]
    [InlineData("github", "GitHub")]
    [InlineData("gitlab", "GitLab")]
    [InlineData("crossplane", "Crossplane")]
    public void Each_deployer_that_updates_the_template_is_told_of_by_its_name(string prefix, string name) =>
        Assert.StartsWith($"{name} applies the template", Written($"{prefix}-of-shop", "Update"), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"labels\": {\"argocd.argoproj.io/instance\": \"shop\"}", "Argo CD (label argocd.argoproj.io/instance: shop)")]
    [InlineData("\"labels\": {\"app.kubernetes.io/managed-by\": \"Helm\"}", "Helm (label app.kubernetes.io/managed-by)")]
    [InlineData("\"labels\": {\"app.kubernetes.io/managed-by\": \"spinnaker\"}", "\"spinnaker\"")]
    [InlineData("\"ownerReferences\": [{\"apiVersion\": \"x/v1\", \"kind\": \"Shop\", \"name\": \"main\", \"uid\": \"s\"}]", "Shop main")]
    public void Who_manages_the_workload_is_what_the_finding_is_about(string metadata, string who) => Assert.Equal(
        [who],
        UndoFindings.For(Known.Deployment(("\"generation\": 2,", $"\"generation\": 2, {metadata},")))
            .Single(finding => finding.Code == FindingKinds.ManagedBy.Code).Subjects);

    [Fact]
    public void No_deployer_is_without_a_rule()
    {
        var method = typeof(OwnerChecksTests).GetMethod(nameof(Each_deployer_that_updates_the_template_is_told_of_by_its_name))!;
        Assert.Equal(
            Deployer.All.Select(each => (each.Prefix, each.Name)),
            method.GetCustomAttributes<InlineDataAttribute>().Select(row => ((string)row.Data[0]!, (string)row.Data[1]!)));
    }

    [Fact]
    public void Nobody_is_made_up()
    {
        Assert.Null(Known.Deployment().Says(FindingKinds.ManagedBy));
        Assert.Null(Known.Deployment(("\"generation\": 2,", """
            "generation": 2, "managedFields": [{"manager": "helm-controller", "operation": "Update", "apiVersion": "apps/v1", "time": "2026-11-22T00:40:00Z",
            "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata":{"f:annotations":{"f:note":{} } } } }],
            """)).Says(FindingKinds.ManagedBy));
    }

    [Fact]
    public void A_strangers_words_are_made_visible() => Assert.Contains(
        "by \"\\u202Espinnaker\"", Known.Deployment(("\"generation\": 2,", "\"generation\": 2, \"labels\": "
            + "{\"app.kubernetes.io/managed-by\": \"\\u202Espinnaker\"},")).Says(FindingKinds.ManagedBy), StringComparison.Ordinal);

    [Fact]
    public void An_autoscaler_of_the_workload_informs()
    {
        Assert.StartsWith(
            "HorizontalPodAutoscaler checkout (2 to 5 pods) decides",
            Known.Deployment().Governed(NamespacePolicyKind.HorizontalPodAutoscaler, RecordedSurroundings.Autoscaler())
                .Says(FindingKinds.Autoscaler),
            StringComparison.Ordinal);
        Assert.Null(Known.Deployment().Governed(NamespacePolicyKind.HorizontalPodAutoscaler, RecordedSurroundings.Autoscaler("StatefulSet"))
            .Says(FindingKinds.Autoscaler));
    }

    [Fact]
    public void Who_paused_a_Deployment_and_when_is_told_from_the_clusters_record()
    {
        (string, string)[] paused =
        [
            ("\"progressDeadlineSeconds\"", "\"paused\": true, \"progressDeadlineSeconds\""),
            ("\"generation\": 2,", """
                "generation": 2, "managedFields": [
                {"manager": "kubectl-create", "operation": "Update", "apiVersion": "apps/v1", "time": "2026-11-22T00:22:07Z", "fieldsType": "FieldsV1",
                 "fieldsV1": {"f:spec":{"f:replicas":{} } } },
                {"manager": "kubectl-rollout", "operation": "Update", "apiVersion": "apps/v1", "time": "2026-11-22T00:45:00Z", "fieldsType": "FieldsV1",
                 "fieldsV1": {"f:spec":{"f:paused":{} } } }],
                """),
        ];
        var said = Known.Deployment(paused).Says(FindingKinds.Paused);
        Assert.Contains("By the cluster's record it was set by \"kubectl-rollout\" 2026-11-22 00:45Z (kubectl: by hand or by a script).",
            said, StringComparison.Ordinal);
        Assert.EndsWith("Lifting the hold is a person's decision; ask the one who set it.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("resume", said, StringComparison.OrdinalIgnoreCase);
    }

    private static string? Written(string manager, string operation) => Known.Deployment(("\"generation\": 2,", $$$$"""
        "generation": 2, "managedFields": [{"manager": "{{{{manager}}}}", "operation": "{{{{operation}}}}", "apiVersion": "apps/v1",
        "time": "2026-11-22T00:40:00Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec":{"f:template":{"f:spec":{"f:containers":{} } } } } }],
        """)).Says(FindingKinds.ManagedBy);
}
