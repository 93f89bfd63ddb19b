using McpRollout.Rollouts.Status;

namespace McpRollout.Rollouts.History;

/// <summary>What holds a rollout up for good, in a few words: known long before a deadline, which not every kind has.</summary>
internal static class Stall
{
    private const string CannotBeMade = "cannot be made";

    /// <summary><c>3 pods of revision 4 crash-loop</c>; null where nothing is known that waiting would not cure.</summary>
    public static string? Headline(RolloutSnapshot snapshot)
    {
        if (snapshot.Status.State is RolloutState.Complete or RolloutState.Paused)
            return null;
        var gravest = snapshot.CurrentProblems.Where(problem => problem.LooksTerminal)
            .GroupBy(problem => Word(problem.Reason))
            .Select(same => (Word: same.Key, Pods: same.DistinctBy(problem => problem.Pod).ToList()))
            .OrderByDescending(same => same.Pods.Count)
            .FirstOrDefault();
        if (gravest.Pods is not { Count: > 0 } pods)
            return null;
        if (gravest.Word == CannotBeMade)
            return $"pods {gravest.Word}";
        if (pods[0].RevisionLabel is not { } label)
            return $"the rollout {Singular(gravest.Word)}";
        var revision = snapshot.History.Revisions.FirstOrDefault(each => each.PodLabel == label);
        var of = revision is null ? "" : $" of revision {revision.Number}";
        return pods.Count == 1 ? $"1 pod{of} {Singular(gravest.Word)}" : $"{pods.Count} pods{of} {gravest.Word}";
    }

    /// <summary>The same as a sentence.</summary>
    public static string? Sentence(RolloutSnapshot snapshot) =>
        Headline(snapshot) is { } stall ? $"{char.ToUpperInvariant(stall[0])}{stall[1..]}." : null;

    private static string Word(string reason) => reason switch
    {
        "CrashLoopBackOff" => "crash-loop",
        "Error" or "OOMKilled" or "ContainerCannotRun" or "RunContainerError" or "StartError" => "fail to start",
        "CreateContainerConfigError" or "CreateContainerError" => "lack what their containers need",
        "ErrImagePull" or "ImagePullBackOff" or "ErrImageNeverPull" or "InvalidImageName" or "ImageInspectError" =>
            "cannot have their image",
        "Unschedulable" or "FailedScheduling" => "cannot be scheduled",
        "FailedMount" or "FailedAttachVolume" => "wait for a volume that cannot be mounted",
        "FailedCreate" or "ReplicaSetCreateError" => CannotBeMade,
        "InitContainerRunning" => "wait for an init container",
        PodProblem.Terminating => "will not go away",
        _ => $"are held up ({reason})",
    };

    private static string Singular(string word) => word switch
    {
        "crash-loop" => "crash-loops",
        "fail to start" => "fails to start",
        "lack what their containers need" => "lacks what its containers need",
        "cannot have their image" => "cannot have its image",
        "wait for a volume that cannot be mounted" => "waits for a volume that cannot be mounted",
        "wait for an init container" => "waits for an init container",
        _ => word.Replace("are held up", "is held up", StringComparison.Ordinal),
    };
}
