using System.Text.Json.Serialization;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Owners;

/// <summary>The objects by which a GitOps controller keeps workloads as a repository says, and that can be told to pause.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OwnerKind>))]
internal enum OwnerKind
{
    /// <summary>Argo CD's. See https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml.</summary>
    Application,

    /// <summary>Flux's, for manifests. See https://fluxcd.io/flux/components/kustomize/kustomizations/.</summary>
    Kustomization,

    /// <summary>Flux's, for Helm charts. See https://fluxcd.io/flux/components/helm/helmreleases/.</summary>
    HelmRelease,
}

/// <summary>How the API server serves them.</summary>
internal static class OwnerKinds
{
    public static string ToTool(this OwnerKind kind) => kind == OwnerKind.Application ? "Argo CD" : "Flux";

    public static string ToGroup(this OwnerKind kind) => kind switch
    {
        OwnerKind.Application => "argoproj.io",
        OwnerKind.Kustomization => "kustomize.toolkit.fluxcd.io",
        _ => "helm.toolkit.fluxcd.io",
    };

    public static string ToVersion(this OwnerKind kind) => kind switch
    {
        OwnerKind.Application => "v1alpha1",
        OwnerKind.Kustomization => "v1",
        _ => "v2",
    };

    public static string ToPlural(this OwnerKind kind) => $"{kind.ToString().ToLowerInvariant()}s";
}

/// <summary>Names one of them.</summary>
internal sealed record OwnerRef(OwnerKind Kind, string Namespace, string Name)
{
    /// <summary>Application argocd/shop.</summary>
    public override string ToString() => $"{Kind} {ShownValue.Name(Namespace)}/{ShownValue.Name(Name)}";
}
