using System.Text.Json.Serialization;

namespace McpRollout.Rollouts.Status;

/// <summary>Why a pod, or the making of one, does not come along.</summary>
/// <param name="Pod">The pod's name; the ReplicaSet's name where pods could not even be made.</param>
/// <param name="Container">The container; null where the pod as a whole is concerned.</param>
/// <param name="Reason">The cluster's own word, such as <c>ImagePullBackOff</c>.</param>
/// <param name="Message">The cluster's own sentence, masked, made visible and cut.</param>
/// <param name="Restarts">How often the container was restarted.</param>
/// <param name="RevisionLabel">The revision that it belongs to, as <see cref="History.Revision.PodLabel"/>.</param>
internal sealed record PodProblem(
    string Pod, string? Container, string Reason, string? Message, int Restarts, [property: JsonIgnore] string? RevisionLabel = null)
{
    /// <summary>Whether the image is what cannot be had.</summary>
    [JsonIgnore]
    public bool IsOfImage => Reason is "ImagePullBackOff" or "ErrImagePull" or "ErrImageNeverPull" or "InvalidImageName";

    /// <summary>What is said of a pod that should be gone.</summary>
    public const string Terminating = "Terminating";

    /// <summary>Whether waiting alone seldom cures it: a broken image, configuration or program, a refusal of the server, or what only
    /// others tell of what says nothing itself.</summary>
    [JsonIgnore]
    public bool LooksTerminal { get; init; } = Reason is
        "ImagePullBackOff" or "ErrImagePull" or "ErrImageNeverPull" or "InvalidImageName" or "ImageInspectError" or
        "CrashLoopBackOff" or "RunContainerError" or "StartError" or "ContainerCannotRun" or "Error" or "OOMKilled" or
        "CreateContainerConfigError" or "CreateContainerError" or "Unschedulable" or "FailedScheduling" or "FailedCreate" or
        "FailedMount" or "FailedAttachVolume" or "FailedCreatePodSandBox";
}
