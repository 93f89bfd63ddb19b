using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>How the current revision does, how the target did, and how anyone would notice.</summary>
internal static class HealthChecks
{
    // What kubelet says of containers that do not come up. Warnings of probes and scheduling are part of many a good start.
    private static readonly string[] ImageWords = ["pull image", "pulling image", "ErrImage", "ImagePullBackOff", "InvalidImageName"];

    private static readonly string[] FailureReasons = ["BackOff", "Failed"];

    /// <summary>Nothing is wrong that the cluster could see.</summary>
    public static Finding? CurrentHealthy(UndoFacts facts)
    {
        var workload = facts.Workload;
        var status = RolloutStatus.Judge(workload);
        if (facts.PodsUnread is not null
            || status.State != RolloutState.Complete || status.Replicas.Updated < status.Replicas.Desired
            || status.Replicas is not { Desired: > 0 } pods || pods.Ready < pods.Desired
            || facts.History.Current is not { } current || PodProblems.In(facts.History.Pods, current.PodLabel).Count > 0)
            return null;

        var restarts = facts.History.Pods
            .Where(pod => pod.RevisionLabel() == current.PodLabel)
            .SelectMany(pod => pod.ItemsAt("status", "containerStatuses"))
            .Sum(container => (long)container.CountAt("restartCount"));
        return FindingKinds.CurrentHealthy.Of(
            $"The current revision {current.Number} is healthy: {pods.Ready} of {pods.Desired} pods are ready, "
                + $"{(restarts == 0 ? "without restarts" : $"with {restarts} restarts so far")}.");
    }

    /// <summary>The target's image cannot be had.</summary>
    public static Finding? ImageNotPullable(UndoFacts facts) => FindingKinds.ImageNotPullable.OfAny(
        ProblemsOfTarget(facts).Where(problem => problem.IsOfImage).Select(problem => ShownValue.Name(problem.Pod))
            .Concat(FailedPods(facts).Where(IsOfImage).Select(NameOf)),
        names => $"{names} of revision {facts.Target.Number} could not pull the image when last seen.");

    /// <summary>The target is no good either.</summary>
    public static Finding? TargetWasFailing(UndoFacts facts)
    {
        var target = facts.Target;
        var problems = ProblemsOfTarget(facts).Where(problem => !problem.IsOfImage);
        return FindingKinds.TargetWasFailing.OfAny(problems.Select(problem => $"{ShownValue.Name(problem.Pod)} ({problem.Reason})"),
                names => $"Pods of revision {target.Number} fail now: {names}.")
            ?? FindingKinds.TargetWasFailing.OfAny(FailedPods(facts).Where(told => !IsOfImage(told)).Select(told => $"{NameOf(told)} "
                    + $"({VisibleText.Quoted(VisibleText.EndsOf(SecretText.Mask(told.TextAt("message") ?? ""), 120))})"),
                names => $"Events tell of failing containers of revision {target.Number}: {names}.");
    }

    /// <summary>Kubernetes never gives a bad rollout up.</summary>
    public static Finding? NoDeadline(UndoFacts facts) =>
        facts.Workload.Type == ResourceType.Deployment
        && facts.Workload.Raw.NumberAt("spec", "progressDeadlineSeconds") is null or int.MaxValue
            ? FindingKinds.NoDeadline.Of($"{facts.Workload.Ref} has no progress deadline: Kubernetes will not say so if the undo does not "
                + "come along.")
            : null;

    /// <summary>A bad pod counts as ready.</summary>
    public static Finding? NoProbes(UndoFacts facts) =>
        facts.Target.Template.ItemsAt("spec", "containers").All(container => container.At("readinessProbe") is null)
            ? FindingKinds.NoProbes.Of($"No container of revision {facts.Target.Number} has a readiness probe: its pods count as ready as "
                + "soon as they run, so a bad rollout would look good.")
            : null;

    private static IEnumerable<PodProblem> ProblemsOfTarget(UndoFacts facts)
    {
        var sets = facts.Workload.Type.HasReplicaSets() ? [facts.Target.Raw] : Array.Empty<JsonElement>();
        return facts.Target.PodLabel is not { } label
            ? [] : PodProblems.InReplicaSets(sets).Concat(PodProblems.In(facts.History.Pods, label));
    }

    // A pod's name begins with that of its ReplicaSet; those of other kinds do not tell the revision.
    private static IEnumerable<JsonElement> FailedPods(UndoFacts facts) =>
        !facts.Workload.Type.HasReplicaSets() || facts.PodEvents is not { Succeeded: true } events ? [] : events.Value
            .Where(told => told.TextAt("type") == "Warning" && FailureReasons.Contains(told.TextAt("reason"))
                && told.TextAt("involvedObject", "name")?.StartsWith($"{facts.Target.Source}-", StringComparison.Ordinal) is true);

    // kubelet's words: pkg/kubelet/images/image_manager.go.
    private static bool IsOfImage(JsonElement told) => ImageWords.Any(word =>
        told.TextAt("message")?.Contains(word, StringComparison.Ordinal) is true);

    private static string NameOf(JsonElement told) => ShownValue.Name(told.TextAt("involvedObject", "name"));
}
