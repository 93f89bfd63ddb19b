using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>Who else decides about the workload.</summary>
internal static class OwnerChecks
{
    private const string ManagedByLabel = "app.kubernetes.io/managed-by";

    // The marks that each tool documents, and the field managers that it writes as; of several the first that fits: Flux drives Helm.
    private static readonly Tool[] Tools =
    [
        new("Argo CD", ["argocd.argoproj.io/tracking-id", "argocd.argoproj.io/instance"],
            ["argocd-controller", "argocd-application-controller"],
            "Argo CD puts back what Git says at its next sync, with self-heal at once: revert the commit, or roll back in Argo CD with "
                + "automatic sync off"),
        new("Flux", ["kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name"], ["kustomize-controller", "helm-controller"],
            "Flux puts back what its source says within minutes: revert the commit, or have it suspended (flux suspend) until that is "
                + "done"),
        new("Fleet", ["objectset.rio.cattle.io/id", "objectset.rio.cattle.io/hash"], ["fleetagent"],
            "Fleet puts back what Git says: revert the commit"),
        new("Config Sync", ["configmanagement.gke.io/managed", "configsync.gke.io/resource-id"], ["configsync.gke.io"],
            "Config Sync puts back what Git says: revert the commit"),
        new("kapp", ["kapp.k14s.io/app"], ["kapp"],
            "the next kapp deploy, or kapp-controller at its next run, puts back what its source says: revert it there"),
        new("Helm", ["meta.helm.sh/release-name"], ["helm"],
            "Helm does not know of an undo, and its next upgrade brings back what the chart says: helm rollback is the right way"),
    ];

    /// <summary>Somebody will put another template in place.</summary>
    public static Finding? ManagedBy(UndoFacts facts)
    {
        var found = new[] { ByTool(facts.Workload), ByOperator(facts.Workload) }.OfType<string>().ToList();
        return found.Count == 0 ? null : FindingKinds.ManagedBy.Of(string.Join(' ', found), found);
    }

    /// <summary>Somebody else counts the pods.</summary>
    public static Finding? Autoscaler(UndoFacts facts)
    {
        var found = facts.Known(NamespacePolicyKind.HorizontalPodAutoscaler)
            .Where(scaler => scaler.TextAt("spec", "scaleTargetRef", "kind") == facts.Workload.Type.ToKind()
                && scaler.TextAt("spec", "scaleTargetRef", "name") == facts.Workload.Ref.Name)
            .Select(scaler => $"{ShownValue.Name(scaler.TextAt("metadata", "name"))} "
                + $"({scaler.NumberAt("spec", "minReplicas") ?? 1} to {scaler.CountAt("spec", "maxReplicas")} pods)");
        return FindingKinds.Autoscaler.OfAny(found,
            names => $"HorizontalPodAutoscaler {names} decides how many pods there are; the undo leaves that to it.");
    }

    private static string? ByTool(Workload workload)
    {
        foreach (var tool in Tools)
        {
            if (Mark(tool, workload) is { } mark)
                return $"{tool.Name} manages {workload.Ref} ({mark}): {tool.Way}.";
        }

        return workload.Labels.TryGetValue(ManagedByLabel, out var manager)
            ? manager == "Helm" ? $"Helm manages {workload.Ref} (label {ManagedByLabel}): {Tools[^1].Way}."
            : $"{workload.Ref} is managed by \"{ShownValue.Name(manager)}\", by its label {ManagedByLabel}."
            : null;
    }

    private static string? Mark(Tool tool, Workload workload)
    {
        foreach (var name in tool.Marks)
        {
            if (workload.Annotations.TryGetValue(name, out var value))
                return $"annotation {name}: {ShownValue.OfAnnotation(name, value) ?? SecretText.Stars}";
            if (workload.Labels.TryGetValue(name, out value))
                return $"label {name}: {ShownValue.OfAnnotation(name, value) ?? SecretText.Stars}";
        }

        return ManagedFields.WritersOf(workload.Raw, "spec").FirstOrDefault(writer => tool.Managers.Contains(writer.Manager)) is { } wrote
            ? $"field manager {wrote}"
            : null;
    }

    // A controller owns the workload: an operator, or a kind of rollout of its own.
    private static string? ByOperator(Workload workload) => workload.Raw.Controller() is { } owner
        ? $"{workload.Ref} belongs to {ShownValue.Name(owner.TextAt("kind"))} {ShownValue.Name(owner.TextAt("name"))}, whose "
            + "controller may put its own template back: change it there."
        : null;

    private sealed record Tool(string Name, string[] Marks, string[] Managers, string Way);
}
