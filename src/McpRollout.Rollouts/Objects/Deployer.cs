namespace McpRollout.Rollouts.Objects;

/// <summary>
/// A program that brings its configuration to the cluster at its next run, whether it applies or updates, and is known by how the field
/// manager that it writes as begins.
/// </summary>
internal sealed record Deployer(string Prefix, string Name, WriterKind Kind)
{
    /// <summary>All that are known.</summary>
    public static readonly IReadOnlyList<Deployer> All =
    [
        new("argocd", "Argo CD", WriterKind.GitOps),
        new("kustomize-controller", "Flux", WriterKind.GitOps),
        new("helm-controller", "Flux", WriterKind.GitOps),
        new("flux", "Flux", WriterKind.GitOps),
        new("fleet", "Fleet", WriterKind.GitOps),
        new("configsync", "Config Sync", WriterKind.GitOps),
        new("gitops", "A GitOps controller", WriterKind.GitOps),
        new("helm", "Helm", WriterKind.Pipeline),
        new("kapp", "kapp", WriterKind.Pipeline),
        new("terraform", "Terraform", WriterKind.Pipeline),
        new("hashicorp", "Terraform", WriterKind.Pipeline),
        new("pulumi", "Pulumi", WriterKind.Pipeline),
        new("ansible", "Ansible", WriterKind.Pipeline),
        new("spinnaker", "Spinnaker", WriterKind.Pipeline),
        new("skaffold", "Skaffold", WriterKind.Pipeline),
        new("werf", "werf", WriterKind.Pipeline),
        new("tanka", "Tanka", WriterKind.Pipeline),
        new("jenkins", "Jenkins", WriterKind.Pipeline),
        new("github", "GitHub", WriterKind.Pipeline),
        new("gitlab", "GitLab", WriterKind.Pipeline),

        // A controller, but of no repository.
        new("crossplane", "Crossplane", WriterKind.Unknown),
    ];

    /// <summary>The one that writes as this field manager; null if none is known by that name.</summary>
    public static Deployer? Of(string manager) =>
        All.FirstOrDefault(each => manager.StartsWith(each.Prefix, StringComparison.OrdinalIgnoreCase));
}
