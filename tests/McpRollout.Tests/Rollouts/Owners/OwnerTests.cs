using System.Text.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Tests.Rollouts.Owners;

public sealed class OwnerTests
{
    private const string Written = """
        "managedFields": [{"manager": "argocd-controller", "operation": "Apply", "fieldsV1": {"f:spec": {} } }],
        """;

    [Theory]
    [InlineData("\"annotations\": {\"argocd.argoproj.io/tracking-id\": \"pay:apps/Deployment:shop/web\"}", "Application argocd/pay")]
    [InlineData("\"annotations\": {\"argocd.argoproj.io/tracking-id\": \"team_pay:apps/Deployment:shop/web\"}", "Application team/pay")]
    [InlineData("\"annotations\": {\"argocd.argoproj.io/tracking-id\": \"pay:apps/Deployment:shop/other\"}", null)]
    [InlineData("\"annotations\": {\"argocd.argoproj.io/tracking-id\": \"pay:apps/StatefulSet:shop/web\"}", null)]
    [InlineData("\"annotations\": {\"argocd.argoproj.io/tracking-id\": \"pay\"}", null)]
    [InlineData("\"labels\": {\"argocd.argoproj.io/instance\": \"pay\"}", "Application argocd/pay")]
    [InlineData("\"labels\": {\"app.kubernetes.io/instance\": \"pay\"}", null)]
    [InlineData(Written + "\"labels\": {\"app.kubernetes.io/instance\": \"pay\"}", "Application argocd/pay")]
    [InlineData("\"labels\": {\"kustomize.toolkit.fluxcd.io/name\": \"pay\", \"kustomize.toolkit.fluxcd.io/namespace\": \"flux-system\"}",
        "Kustomization flux-system/pay")]
    [InlineData("\"labels\": {\"helm.toolkit.fluxcd.io/name\": \"pay\", \"helm.toolkit.fluxcd.io/namespace\": \"flux-system\"}",
        "HelmRelease flux-system/pay")]
    [InlineData("\"labels\": {\"helm.toolkit.fluxcd.io/name\": \"pay\"}", null)]
    public void The_marks_of_a_workload_name_its_owner(string metadata, string? owner)
    {
        var workload = Workload.From(ResourceType.Deployment, JsonElement.Parse(
            $$"""{"metadata": {"namespace": "shop", "name": "web", {{metadata}}}, "spec": {"template": {} } }"""));
        Assert.Equal(owner, OwnerMarks.Of(workload, "argocd")?.ToString());
    }

    [Theory]
    [InlineData("Application", """{"syncPolicy": {"automated": {} } }""", true)]
    [InlineData("Application", """{"syncPolicy": {"automated": {"enabled": true} } }""", true)]
    [InlineData("Application", """{"syncPolicy": {"automated": {"enabled": false, "selfHeal": true} } }""", false)]
    [InlineData("Application", """{"syncPolicy": {"automated": null} }""", false)]
    [InlineData("Application", """{"syncPolicy": {} }""", false)]
    [InlineData("Kustomization", """{ }""", true)]
    [InlineData("Kustomization", """{"suspend": false}""", true)]
    [InlineData("HelmRelease", """{"suspend": true}""", false)]
    public void Whether_it_puts_back_what_others_change_is_in_its_spec(string kind, string spec, bool putsBack) =>
        Assert.Equal(putsBack, Of(kind, $$"""{"spec": {{spec}} }""").PutsBack);

    [Theory]
    [InlineData("Application", """{"resources": [{"group": "apps", "kind": "Deployment", "namespace": "shop", "name": "web"}]}""", true)]
    [InlineData("Application", """{"resources": [{"group": "apps", "kind": "Deployment", "namespace": "shop", "name": "other"}]}""", false)]
    [InlineData("Application", """{"resources": []}""", false)]
    [InlineData("Application", """{ }""", true)]
    [InlineData("Kustomization", """{"inventory": {"entries": [{"id": "shop_web_apps_Deployment", "v": "v1"}]} }""", true)]
    [InlineData("Kustomization", """{"inventory": {"entries": [{"id": "shop_other_apps_Deployment", "v": "v1"}]} }""", false)]
    [InlineData("HelmRelease", """{ }""", true)]
    public void An_owner_that_lists_its_resources_must_list_the_workload(string kind, string status, bool manages) =>
        Assert.Equal(manages, Of(kind, $$"""{"status": {{status}} }""").Manages(new(ResourceType.Deployment, "shop", "web")));

    [Theory]
    [InlineData("Application", """{"controller": true, "kind": "ApplicationSet", "name": "all"}""", "ApplicationSet argocd/all")]
    [InlineData("Application", """{"kind": "ApplicationSet", "name": "all"}""", null)]
    public void What_makes_owners_of_a_pattern_would_resume_them(string kind, string reference, string? resumer) => Assert.Equal(
        resumer, OwnerResumer.MakerOf(Of(kind, $$"""{"metadata": {"ownerReferences": [{{reference}}]} }"""))?.Name);

    [Theory]
    [InlineData("kustomize-controller", true)]
    [InlineData("mcp-rollout", false)]
    [InlineData("flux-client-side-apply", true)]
    public void Flux_takes_back_only_what_it_sets_itself(string manager, bool resumes) => Assert.Equal(resumes, OwnerResumer.CanResume(
        Of("Kustomization", $$$"""
            {"metadata": {"managedFields": [{"manager": "{{{manager}}}", "operation": "Apply", "fieldsV1": {"f:spec": {"f:suspend": {} } } }] } }
            """),
        new(OwnerKind.Kustomization, "flux-system", "flux-system")));

    private static Owner Of(string kind, string raw) => new(new(Enum.Parse<OwnerKind>(kind), "argocd", "pay"), JsonElement.Parse(raw));
}
