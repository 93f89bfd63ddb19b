using System.Text.Json.Nodes;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Pods;

internal enum ContainerFate
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

/// <summary>How a container turns out. <paramref name="Reason"/> and <paramref name="Message"/> are the kubelet's, for one that waits.</summary>
internal sealed record ContainerOutlook(JsonObject Container, ContainerFate Fate, string? Reason = null, string? Message = null)
{
    public string Name => Container.Text("name") ?? "";

    public string Image => ImageOf(Container);

    public bool IsWell => Fate is ContainerFate.Runs or ContainerFate.Done;

    /// <summary>The image alone decides, if nothing else stands in the way.</summary>
    public static ContainerOutlook Of(JsonObject pod, JsonObject container, bool isInit)
    {
        var image = ImageOf(container);
        if (Says(image, "missing")) return new(container, ContainerFate.CannotBePulled, "ImagePullBackOff", $"Back-off pulling image \"{image}\": ErrImagePull: {PullFailure(image)}");
        if (Says(image, "crash"))
        {
            var message = $"back-off 40s restarting failed container={container.Text("name")} pod={pod.Name()}_{pod.Namespace()}({pod.Uid()})";
            return new(container, ContainerFate.Crashes, "CrashLoopBackOff", message);
        }
        if (isInit) return new(container, ContainerFate.Done);
        return new(container, Says(image, "unready") ? ContainerFate.Unready : ContainerFate.Runs);
    }

    /// <summary>What containerd answers when the registry does not know the tag.</summary>
    public static string PullFailure(string image) =>
        $"rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": failed to resolve reference \"{image}\": {image}: not found";

    private static bool Says(string image, string word) => image.Contains(word, StringComparison.Ordinal);

    private static string ImageOf(JsonObject container) => container.Text("image") ?? "";
}
