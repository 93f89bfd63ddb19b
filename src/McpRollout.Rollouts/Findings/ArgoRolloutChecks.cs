using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>What Argo Rollouts makes of an undo of a Rollout. Each check is pure, and says nothing of other kinds.</summary>
internal static class ArgoRolloutChecks
{
    /// <summary>There is nothing in the Rollout that an undo could bring back.</summary>
    public static Finding? TemplateElsewhere(RevisionHistory history)
    {
        if (history.Workload.TemplateSource is not { } source)
            return null;

        var (kind, name) = (ShownValue.Name(source.TextAt("kind")), ShownValue.Name(source.TextAt("name")));
        return ArgoFindingKinds.TemplateElsewhere.Of($"{history.Workload.Ref} has no pod template of its own: it takes that of {kind} "
            + $"{name} (spec.workloadRef). " + (source.TextAt("kind") == ResourceType.Deployment.ToKind()
                ? $"Ask for the undo of that one, with resource_type \"deployment\" and name \"{name}\": {history.Workload.Ref} rolls out "
                    + "what it gets. Its revisions have numbers of their own, so read its history first."
                : "It keeps no revisions: what it said before has to be put back there."));
    }

    /// <summary>
    /// The way back is as long as the way there was. The controller goes straight to a ReplicaSet that is still the stable one, to one
    /// within the window (argo-rollouts/rollout/sync.go, isRollbackWithinWindow), and, blue-green, to one that still runs
    /// (argo-rollouts/docs/features/rollback.md).
    /// </summary>
    public static Finding? StepsAgain(RevisionHistory history, Revision target)
    {
        var stages = Stages(history.Workload).ToList();
        var kept = history.Revisions.FirstOrDefault(revision => revision.PodLabel == target.RestoredLabel);
        if (stages.Count == 0 || (kept is not null && GoesStraightTo(history, kept)))
            return null;

        var window = WindowOf(history.Workload);
        return ArgoFindingKinds.StepsAgain.Of($"{history.Workload.Ref} goes through {NameList.Of(stages)} again on its way to revision "
            + $"{target.Number}, which it would not "
            + (window == 0 ? "with a spec.rollbackWindow." : $"within its spec.rollbackWindow ({window} revisions)."));
    }

    /// <summary>There is a way back without any change of the template.</summary>
    public static Finding? AbortInstead(RevisionHistory history)
    {
        var workload = history.Workload;
        if (!history.IsSettled || workload.StableHash is not { Length: > 0 } stable || stable == history.Current?.PodLabel
            || workload.Raw.IsTrueAt("status", "abort"))
            return null;

        var back = history.Revisions.FirstOrDefault(revision => revision.PodLabel == stable) is { } last
            ? $"revision {last.Number}"
            : "the one before";
        return ArgoFindingKinds.AbortInstead.Of($"An update of {workload.Ref} to revision {history.Current?.Number} is under way. The "
            + $"quicker way back to {back} is to abort it, which anybody with the right may do: kubectl argo rollouts abort "
            + $"{workload.Ref.Name} -n {workload.Ref.Namespace}. The template then still is that of revision {history.Current?.Number}, "
            + "and the Rollout counts as degraded until that is changed as well, as an undo does.");
    }

    private static bool GoesStraightTo(RevisionHistory history, Revision kept)
    {
        var (workload, revisions) = (history.Workload, history.Revisions);
        var stable = revisions.FirstOrDefault(revision => revision.PodLabel == workload.StableHash);
        return workload.Strategy == "BlueGreen" && kept.Replicas > 0
            || kept == stable
            || kept.CreatedAt < stable?.CreatedAt && revisions.Count(between =>
                between.CreatedAt > kept.CreatedAt && between.CreatedAt < stable.CreatedAt) < WindowOf(workload);
    }

    private static int WindowOf(Workload workload) => workload.Raw.CountAt("spec", "rollbackWindow", "revisions");

    private static IEnumerable<string> Stages(Workload workload)
    {
        if (workload.Raw.At("spec", "strategy") is not { } strategy)
            yield break;

        List<JsonElement> steps = [.. strategy.ItemsAt("canary", "steps")];
        var open = steps.Count(step => step.At("pause") is { } pause && pause.At("duration") is null);
        if (steps.Count > 0)
            yield return $"its {(steps.Count == 1 ? "step" : $"{steps.Count} steps")}"
                + (open == 0 ? "" : $" ({(open == 1 ? "one waits" : $"{open} wait")} for somebody to go on)");
        if (strategy.At("canary", "analysis") is not null)
            yield return "its analysis";
        if (strategy.At("blueGreen", "prePromotionAnalysis") is not null)
            yield return "its analysis before promotion";
        if (strategy.At("blueGreen", "autoPromotionEnabled") is { ValueKind: JsonValueKind.False })
            yield return "its wait for somebody to promote it";
        if (strategy.At("blueGreen", "postPromotionAnalysis") is not null)
            yield return "its analysis after promotion";
    }
}
