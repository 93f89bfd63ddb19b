using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>How fast the pods can be replaced, and what may stand in the way.</summary>
internal static class CapacityChecks
{
    /// <summary>Nodes cannot be drained meanwhile.</summary>
    public static Finding? DisruptionBudget(UndoFacts facts)
    {
        var labels = facts.Template.TextsAt("metadata", "labels");
        var strict = facts.Known(NamespacePolicyKind.PodDisruptionBudget)
            .Where(budget => LabelSelector.Matches(budget.At("spec", "selector"), labels) && budget.At("status") is not null
                && budget.CountAt("status", "disruptionsAllowed") <= 0)
            .Select(budget => $"{ShownValue.Name(budget.TextAt("metadata", "name"))} ({budget.CountAt("status", "currentHealthy")} pods "
                + $"healthy, {budget.CountAt("status", "desiredHealthy")} wanted)");
        return FindingKinds.DisruptionBudget.OfAny(strict, names => $"PodDisruptionBudget {names} allows no disruption now. The undo "
            + "goes on all the same, as a rollout does not ask it.");
    }

    /// <summary>The strategy waits for what may not come.</summary>
    public static Finding? MaxUnavailable(UndoFacts facts) => facts.Workload switch
    {
        { Type: ResourceType.Deployment, Strategy: "RollingUpdate" } => HeldUpDeployment(facts),
        { Type: ResourceType.DaemonSet, IsOnDelete: false } => HeldUpDaemonSet(facts),
        _ => null,
    };

    /// <summary>A quota refuses pods.</summary>
    public static Finding? Quota(UndoFacts facts)
    {
        var (now, then) = (facts.Template, facts.Target.Template);
        var extra = Extra(facts.Workload);
        var (found, quotas) = (new List<string>(), new List<string>());
        foreach (var quota in facts.Known(NamespacePolicyKind.ResourceQuota).Where(IsOverAllPods))
        {
            var name = ShownValue.Name(quota.TextAt("metadata", "name"));
            foreach (var (resource, hard) in quota.TextsAt("status", "hard"))
            {
                var undeclared = PodNeeds.Undeclared(then, resource).ToList();
                if (undeclared.Count > 0)
                    found.Add($"{name} wants {ShownValue.Name(resource)} of every container, and {NameList.Of(undeclared)} gives none, "
                        + "unless a LimitRange fills it in");
                else if (UnmetRequirements(now, then, extra, resource, hard, quota.TextAt("status", "used", resource)) is { } lacking)
                    found.Add($"{name} {lacking}");
                else
                    continue;
                quotas.Add(name);
            }
        }

        return found.Count == 0 ? null : FindingKinds.Quota.Of($"ResourceQuota {string.Join("; ", found.Take(4))}.", quotas);
    }

    /// <summary>How many pods are replaced, and how fast.</summary>
    public static Finding? Pace(UndoFacts facts)
    {
        var workload = facts.Workload;
        var (pods, limits) = (workload.DesiredReplicas, RollingLimits.Of(workload));
        if (workload.IsOnDelete)
            return null;

        var kept = Math.Min(facts.Target.Replicas ?? 0, pods);
        var replaced = workload.Type == ResourceType.StatefulSet ? Math.Max(0, pods - Math.Max(workload.Partition, kept)) : pods - kept;
        var which = kept == 0 ? $"{replaced} pods" : $"{replaced} of {pods} pods ({kept} already of revision {facts.Target.Number})";
        return FindingKinds.Pace.Of(workload switch
        {
            _ when pods == 0 => "No pods are wanted now, so none is replaced.",
            { Strategy: "Recreate" } => $"Stops all pods before it starts {pods} new ones: nothing serves in between.",
            { Type: ResourceType.StatefulSet } => $"Replaces {which}, "
                + $"{(limits.Missing > 1 ? $"up to {limits.Missing} at a time" : "one at a time")}, from the highest ordinal down, each "
                + $"after the one before is ready.",
            { Strategy: "BlueGreen" } => $"Starts {which} beside those of now, and switches over to them once they are ready.",
            _ => $"Replaces {which}, at most {limits.Extra} extra and {limits.Missing} missing at a time.",
        });
    }

    private static Finding? HeldUpDeployment(UndoFacts facts)
    {
        var limits = RollingLimits.Of(facts.Workload);
        if (limits.Missing > 0)
            return null;

        const string Order = "no pod may be missing (maxUnavailable 0), so each new pod must be ready before an old one goes";
        var claims = TemplateReference.In(facts.Target.Template)
            .Where(reference => reference.Kind == ReferencedKind.PersistentVolumeClaim)
            .Select(claim => claim.Label);
        if (FindingKinds.MaxUnavailable.OfAny(claims, names => $"By its strategy {Order}, and they share {names}: a volume for one node "
            + "only (ReadWriteOnce) keeps a new pod on another node waiting for ever.") is { } shared)
            return shared;
        if (IsSmaller(facts.Target.Template, facts.Workload.Template))
            return null;

        var homeless = facts.History.Pods
            .Where(pod => !pod.IsTerminating() && pod.Condition("PodScheduled") is { } scheduled
                && scheduled.TextAt("status") == "False"
                && scheduled.TextAt("message")?.Contains("Insufficient", StringComparison.Ordinal) is true)
            .Select(pod => ShownValue.Name(pod.TextAt("metadata", "name")));
        return FindingKinds.MaxUnavailable.OfAny(homeless,
            names => $"By its strategy {Order}, and no node has room now: {names} cannot be scheduled.");
    }

    // The controller replaces unavailable pods of other revisions at once; those of the target, and those whose node is at fault, use its
    // allowance up.
    private static Finding? HeldUpDaemonSet(UndoFacts facts)
    {
        var missing = RollingLimits.Of(facts.Workload).Missing;
        var lasting = facts.History.Pods
            .Where(pod => !pod.IsReady() && !pod.IsTerminating() && !pod.HasFailed()
                && pod.RevisionLabel() != facts.History.Current?.PodLabel)
            .Select(pod => ShownValue.Name(pod.TextAt("metadata", "name")))
            .ToList();
        return missing > 0 && lasting.Count >= missing
            ? FindingKinds.MaxUnavailable.Of($"No more than {missing} may be missing at a time (maxUnavailable), and {lasting.Count} are "
                + $"not ready though they are not of the current revision: {NameList.Of(lasting)}. If they do not become ready, the undo "
                + "stops there.")
            : null;
    }

    private static bool IsSmaller(JsonElement one, JsonElement other) =>
        PodNeeds.Of(one, "cpu") < PodNeeds.Of(other, "cpu") || PodNeeds.Of(one, "memory") < PodNeeds.Of(other, "memory");

    // Quotas with scopes count some pods only; which ones is not told here.
    private static bool IsOverAllPods(JsonElement quota) =>
        !quota.ItemsAt("spec", "scopes").Any() && quota.At("spec", "scopeSelector") is null;

    // Pods that the rollout adds before it takes others away, less those that an unfinished one has added already.
    private static int Extra(Workload workload)
    {
        var extra = workload.Strategy is "Recreate" or "OnDelete" ? 0 : RollingLimits.Of(workload).Extra;
        return workload.Type.HasReplicaSets()
            ? Math.Max(0, extra - Math.Max(0, workload.Raw.CountAt("status", "replicas") - workload.DesiredReplicas))
            : extra;
    }

    private static string? UnmetRequirements(JsonElement now, JsonElement then, int extra, string resource, string hard, string? used)
    {
        if (PodNeeds.Of(then, resource) is not { } perPod || Quantity.Of(hard) is not { } most)
            return null;

        var room = most - (Quantity.Of(used) ?? 0);
        var needed = extra > 0 ? extra * perPod : perPod - PodNeeds.Of(now, resource)!.Value;
        if (needed <= 0 || needed <= room)
            return null;
        return $"leaves {Text(Math.Max(0, room))} of {ShownValue.Name(resource)} (hard {ShownValue.Text(hard)}), and " + (extra > 0
            ? $"{extra} extra {(extra == 1 ? "pod needs" : "pods need")} {Text(needed)}"
            : $"a pod of the target needs {Text(needed)} more than one of now");
    }

    private static string Text(decimal amount) =>
        amount >= 1 << 20
            ? $"{(amount / (1 << 20)).ToString("0.#", CultureInfo.InvariantCulture)}Mi"
            : amount.ToString("0.###", CultureInfo.InvariantCulture);
}
