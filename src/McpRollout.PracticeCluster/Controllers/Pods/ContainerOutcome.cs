using System.Security.Cryptography;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Pods;

internal enum ContainerOutcomeKind
{
    Runs,

    /// <summary>Runs, and its readiness probe never succeeds.</summary>
    Unready,

    /// <summary>An init container that did what it was for.</summary>
    Done,
    Crashes,
    CannotBePulled,
    LacksConfiguration,

    /// <summary>Waits for volumes or for the init containers.</summary>
    Waits,
}

/// <summary>
/// How a container turns out. <paramref name="Reason"/> and <paramref name="Message"/> are the kubelet's, for one that waits.
/// </summary>
internal sealed record ContainerOutcome(JsonObject Container, ContainerOutcomeKind Kind, string? Reason = null, string? Message = null)
{
    /// <summary>The annotation of a pod that says which build its images' tags name: they were pushed again. Absent, the first.</summary>
    public const string BuildAnnotation = "practice-cluster/build";

    public string Name => Container.Text("name") ?? "";

    public string Image => ImageOf(Container);

    public bool IsWell => Kind is ContainerOutcomeKind.Runs or ContainerOutcomeKind.Done;

    /// <summary>What kubelet with containerd says of the image, once there is a container: the same for the same name and build.</summary>
    public string ImageId(JsonObject pod) => Kind is ContainerOutcomeKind.CannotBePulled or ContainerOutcomeKind.LacksConfiguration
        or ContainerOutcomeKind.Waits
        ? ""
        : Image.Split('@') is [var name, var digest] ? $"{RepositoryOf(name)}@{digest}"
        : $"{RepositoryOf(Image)}@sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Content(pod, Image))))}";

    /// <summary>The image alone decides, if nothing else stands in the way.</summary>
    public static ContainerOutcome Of(JsonObject pod, JsonObject container, bool isInit)
    {
        var image = ImageOf(container);
        var content = Content(pod, image);
        if (Says(image, "missing"))
            return new(container, ContainerOutcomeKind.CannotBePulled, "ImagePullBackOff",
                $"Back-off pulling image \"{image}\": ErrImagePull: {PullFailure(image)}");
        if (Says(content, "crash"))
        {
            return new(container, ContainerOutcomeKind.Crashes, "CrashLoopBackOff",
                $"back-off 40s restarting failed container={container.Text("name")} pod={pod.Name()}_{pod.Namespace()}({pod.Uid()})");
        }
        if (isInit) return new(container, ContainerOutcomeKind.Done);
        return new(container, Says(content, "unready") ? ContainerOutcomeKind.Unready : ContainerOutcomeKind.Runs);
    }

    /// <summary>What containerd answers when the registry does not know the tag.</summary>
    public static string PullFailure(string image) =>
        $"rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": "
        + $"failed to resolve reference \"{image}\": {image}: not found";

    private static string Content(JsonObject pod, string image) => $"{image}{pod.Annotation(BuildAnnotation)}";

    // As containerd has it, a name without a registry is one of docker.io.
    private static string RepositoryOf(string image)
    {
        var name = image.LastIndexOf(':') is var colon && colon > image.LastIndexOf('/') ? image[..colon] : image;
        var first = name.Split('/')[0];
        return first == name ? $"docker.io/library/{name}"
            : first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost" ? name
            : $"docker.io/{name}";
    }

    private static bool Says(string image, string word) => image.Contains(word, StringComparison.Ordinal);

    private static string ImageOf(JsonObject container) => container.Text("image") ?? "";
}
