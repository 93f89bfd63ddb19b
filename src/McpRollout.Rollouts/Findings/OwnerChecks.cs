using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>Who else decides about the workload.</summary>
internal static class OwnerChecks
{
    private const string ManagedByLabel = "app.kubernetes.io/managed-by";
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

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
        var owner = Known(facts);

        // Who it is was known when the undo was asked for. That they gave no answer now is no news, and nor is it that this undo paused
        // them.
        if (owner is null && facts.IsReadAgain && facts.Owner is
            {
                Succeeded: false, Failure.Kind: not (
                ClusterFailureKind.NotFound or ClusterFailureKind.Forbidden)
            })
            return null;
        Claim?[] claims =
        [
            owner is null ? ByTool(facts.Workload) ?? ByDeployer(facts.Workload) ?? ByLabel(facts.Workload)
            : owner.PutsBack && !facts.PausesOwner ? new(owner.Ref.ToString(), $"{Manages(facts.Workload, owner)} and puts that back "
                + $"{(owner.IsQuick ? "within seconds" : "when it next syncs")}. An undo with pause_owner pauses it first.")
            : null,
            ByOwner(facts.Workload),
        ];
        var found = claims.OfType<Claim>().ToList();
        if (found.Count == 0)
            return null;

        // A later commit is no news by itself, whether it changed the template is seen on the template; nor is which revision of a release
        // it would be, which may not be read again before the patch.
        string?[] told = [.. found.Select(claim => claim.What), ReleaseFindings.Instead(facts)];
        return FindingKinds.ManagedBy.Of(string.Join(' ', told.OfType<string>()), [.. found.Select(claim => claim.Who)]);
    }

    /// <summary>The undo has the one who would put another template in place stop that.</summary>
    public static Finding? PausesOwner(UndoFacts facts) => Known(facts) is { PutsBack: true } owner && facts.PausesOwner
        ? FindingKinds.PausesOwner.Of($"{Manages(facts.Workload, owner)}. This undo pauses it first; from then on it brings nothing to the "
            + "cluster, for its other objects neither.")
        : null;

    /// <summary>The one who would put another template in place does not do so now.</summary>
    public static Finding? OwnerPaused(UndoFacts facts) => Known(facts) is { PutsBack: false } owner
        ? FindingKinds.OwnerPaused.Of($"{Manages(facts.Workload, owner)}, and puts nothing back by itself: it is paused, or is synced by "
            + $"hand{(owner.PausedBy is { } request ? $" ({request} paused it{Since(owner)})" : "")}.", owner.Ref.ToString())
        : null;

    /// <summary>What becomes of what its owner brought.</summary>
    public static Finding? Revert(UndoFacts facts) => facts.Revert is { } revert
        ? (revert.IsOpened ? OwnerFindingKinds.OpensRevert : OwnerFindingKinds.RevertByHand).Of(revert.Text)
        : null;

    /// <summary>
    /// What kubectl would leave for good: of what is neither in the manifest nor in <see cref="LastApplied"/>, <c>kubectl apply</c> takes
    /// nothing away (https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#merge-patch-calculation).
    /// </summary>
    public static Finding? KeptByApply(UndoFacts facts)
    {
        if (Parsed(facts.Workload.Annotations.GetValueOrDefault(LastApplied))?.At("spec", "template") is not { } applied)
            return null;
        var target = PodTemplate.Normalised(facts.Target.Template);
        var unknown = TemplateLoss.Dropped(target, applied).ToList();
        var kept = TemplateLoss.Dropped(target, PodTemplate.Normalised(facts.Template))
            .Where(path => unknown.Any(above => path == above || path.StartsWith($"{above}.", StringComparison.Ordinal)
                || path.StartsWith($"{above}[", StringComparison.Ordinal)));
        return FindingKinds.KeptByApply.OfAny(kept, names => $"By its annotation {facts.Workload.Ref} comes from kubectl apply, which does "
            + $"not know of {names}: the next apply of its manifest leaves there what the undo brings back, whatever else it changes.");
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

    private static Owner? Known(UndoFacts facts) => facts.Owner is { Succeeded: true, Value: { } owner } ? owner : null;

    private static string Manages(Workload workload, Owner owner) =>
        $"{owner.Ref} ({owner.Ref.Kind.ToTool()}) keeps {workload.Ref} as its source says"
            + (owner.Source is { } source ? $" ({source}{(owner.Revision is { } revision ? $" at {revision}" : "")})" : "");

    private static string Since(Owner owner) => owner.PausedSince is { } since ? $" {TimeText.Of(since)}" : "";

    private static Claim? ByTool(Workload workload)
    {
        foreach (var tool in Tools)
        {
            if (Mark(tool, workload) is { } mark)
                return new($"{tool.Name} ({mark})", $"{tool.Name} manages {workload.Ref} ({mark}): {tool.Way}.");
        }

        return workload.Labels.GetValueOrDefault(ManagedByLabel) == "Helm"
            ? new($"Helm (label {ManagedByLabel})", $"Helm manages {workload.Ref} (label {ManagedByLabel}): {Tools[^1].Way}.")
            : null;
    }

    // A server-side apply says by itself that it will be repeated, whoever it is; kubectl, which people use by hand, is not told of.
    private static Claim? ByDeployer(Workload workload)
    {
        var writer = ManagedFields.AppliersOf(workload)
            .Select(each => new FieldWriter(each.Entry.TextAt("manager")!, each.Entry.MomentAt("time")))
            .Concat(ManagedFields.WritersOf(workload.Raw, "spec", "template")
                .Where(writer => Deployer.Of(writer.Manager) is not null))
            .FirstOrDefault(writer => writer.Kind != WriterKind.Kubectl);
        if (writer is null)
            return null;
        var who = Deployer.Of(writer.Manager)?.Name ?? "Somebody";
        return new($"{who} (field manager {writer})", $"{who} applies the template of {workload.Ref} (field manager {writer}): the next "
            + "run puts back what that configuration says. Change it there.");
    }

    private static Claim? ByLabel(Workload workload) => workload.Labels.TryGetValue(ManagedByLabel, out var manager)
        ? new($"\"{ShownValue.Name(manager)}\"", $"{workload.Ref} is managed by \"{ShownValue.Name(manager)}\", by its label "
            + $"{ManagedByLabel}.")
        : null;

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

    // An operator, a kind of rollout of its own, or whatever else had the workload made.
    private static Claim? ByOwner(Workload workload)
    {
        var controller = workload.Raw.Controller();
        var owner = controller ?? workload.Raw.ItemsAt("metadata", "ownerReferences").FirstOrDefault();
        if (owner.ValueKind != JsonValueKind.Object)
            return null;
        var who = $"{ShownValue.Name(owner.TextAt("kind"))} {ShownValue.Name(owner.TextAt("name"))}";
        return new(who, $"{workload.Ref} belongs to {who}{(controller is null ? " (an owner reference)" : "")}, whose controller may put "
            + "its own template back: change it there.");
    }

    private static JsonElement? Parsed(string? text)
    {
        try
        {
            return text is null ? null : JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Who says what the template is, and what comes of that.
    private sealed record Claim(string Who, string What);

    private sealed record Tool(string Name, string[] Marks, string[] Managers, string Way);
}
