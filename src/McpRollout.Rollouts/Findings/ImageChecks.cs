using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>What the record of images tells of a target.</summary>
internal static class ImageChecks
{
    private const int ContainersNamed = 3;

    /// <summary>Its tags mean something else by now, or may. What is named by digest, as with pinned images, cannot.</summary>
    public static Finding? ImageMoved(UndoFacts facts)
    {
        if (facts.Images is not { } record)
            return null;
        var moved = facts.Target.Images.DistinctBy(image => image.Key)
            .Select(image => (Container: ShownValue.Name(image.Key), What: Moved(record, facts.Target, image.Key, image.Value)))
            .Where(each => each.What is not null)
            .ToList();
        if (moved.Count == 0)
            return null;
        var more = moved.Count > ContainersNamed ? $" The same of {moved.Count - ContainersNamed} more containers." : "";
        return FindingKinds.ImageMoved.Of(
            string.Join(' ', moved.Take(ContainersNamed).Select(each => each.What)) + more,
            [.. moved.Select(each => each.Container)]);
    }

    private static string? Moved(ImageRecord record, Revision target, string container, string image)
    {
        if (ImageName.TagOf(image) is not { } tag)
            return null;
        foreach (var ran in record.Of(target, container))
        {
            if (record.Since(ran) is { } since)
            {
                return $"Tag {ShownValue.Text(tag)} of container {ShownValue.Name(container)} ran as {ImageName.Short(ran.Run.Digest)} in "
                    + $"revision {target.Number}, last seen {TimeText.Of(ran.LastSeen)}, and as {ImageName.Short(since.Digest)} since.";
            }
        }

        return null;
    }
}
