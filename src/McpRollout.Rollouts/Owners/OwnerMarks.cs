using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Owners;

/// <summary>The marks by which an object names its owner. Anybody can write them: whether the owner agrees is asked of it.</summary>
internal static class OwnerMarks
{
    private const string Flux = "toolkit.fluxcd.io";

    /// <summary>The owner of a workload.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="argoNamespace">Where Applications are whose mark names no namespace.</param>
    public static OwnerRef? Of(Workload workload, string argoNamespace) =>
        Of(workload.Raw, $"{workload.Type.ToGroup()}/{workload.Type.ToKind()}", argoNamespace);

    /// <summary>The owner of an owner, as of an Application of Applications.</summary>
    public static OwnerRef? Of(Owner owner, string argoNamespace) =>
        Of(owner.Raw, $"{owner.Ref.Kind.ToGroup()}/{owner.Ref.Kind}", argoNamespace);

    private static OwnerRef? Of(JsonElement raw, string kind, string argoNamespace)
    {
        var place = $"{kind}:{raw.TextAt("metadata", "namespace")}/{raw.TextAt("metadata", "name")}";
        return ByTrackingId(raw.TextAt("metadata", "annotations", "argocd.argoproj.io/tracking-id"), place, argoNamespace)
            ?? ByInstance(raw, argoNamespace)
            ?? ByFlux(raw, OwnerKind.HelmRelease, "helm")
            ?? ByFlux(raw, OwnerKind.Kustomization, "kustomize");
    }

    // APPLICATION:GROUP/KIND:NAMESPACE/NAME, the first with "NAMESPACE_" before it where Applications may be in any namespace. An object
    // that was copied, mark and all, names another place than its own, and belongs to nobody
    // (https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/).
    private static OwnerRef? ByTrackingId(string? mark, string place, string argoNamespace)
    {
        if (mark?.Split(':', 2) is not [var application, var told] || told != place)
            return null;
        return application.Split('_', 2) is [var @namespace, var name]
            ? new(OwnerKind.Application, @namespace, name)
            : new(OwnerKind.Application, argoNamespace, application);
    }

    // Helm charts use the second label as well.
    private static OwnerRef? ByInstance(JsonElement raw, string argoNamespace)
    {
        var labels = raw.At("metadata", "labels") ?? default;
        var isWrittenByArgo = ManagedFields.WritersOf(raw, "spec")
            .Any(writer => writer.Manager.StartsWith("argocd", StringComparison.Ordinal));
        return (labels.TextAt("argocd.argoproj.io/instance")
            ?? (isWrittenByArgo ? labels.TextAt("app.kubernetes.io/instance") : null)) is { } name
            ? new(OwnerKind.Application, argoNamespace, name)
            : null;
    }

    private static OwnerRef? ByFlux(JsonElement raw, OwnerKind kind, string prefix) =>
        raw.TextAt("metadata", "labels", $"{prefix}.{Flux}/name") is { } name
        && raw.TextAt("metadata", "labels", $"{prefix}.{Flux}/namespace") is { } @namespace
            ? new(kind, @namespace, name)
            : null;
}
