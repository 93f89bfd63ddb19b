using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.History;

/// <summary>Reads off pods which images their containers run, and of which revision they are.</summary>
internal static class ImageSightings
{
    // A real name is much shorter.
    private const int LongestImage = 512;

    private static readonly (string Statuses, string Containers)[] Kinds =
        [("containerStatuses", "containers"), ("initContainerStatuses", "initContainers")];

    /// <summary>What the workload's pods run, each once. A pod whose image was changed by hand says nothing of its revision.</summary>
    public static IReadOnlyCollection<ImageRun> In(RevisionHistory history)
    {
        var byLabel = history.Revisions.Where(revision => revision.PodLabel is not null).ToLookup(revision => revision.PodLabel);
        return history.Pods
            .SelectMany(pod => byLabel[pod.RevisionLabel()].Take(1).SelectMany(revision => RunBy(pod, revision)))
            .ToHashSet();
    }

    private static IEnumerable<ImageRun> RunBy(JsonElement pod, Revision revision)
    {
        foreach (var (statuses, containers) in Kinds)
        {
            foreach (var status in pod.ItemsAt("status", statuses))
            {
                var name = status.TextAt("name") ?? "";
                var image = revision.Images.FirstOrDefault(each => each.Key == name).Value;
                if (image is { Length: > 0 and <= LongestImage } && ImageName.IsSame(ImageIn(pod, containers, name), image)
                    && ImageName.DigestRun(status.TextAt("imageID"), image) is { } digest)
                    yield return new(revision.Source, name, image, digest);
            }
        }
    }

    private static string ImageIn(JsonElement pod, string containers, string name) => pod.ItemsAt("spec", containers)
        .Where(container => container.TextAt("name") == name).Select(container => container.TextAt("image")).FirstOrDefault() ?? "";
}
