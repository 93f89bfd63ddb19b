using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Undo;

/// <summary>
/// The digests by which a revision can be brought back as it ran. Of several that a container was seen to run, one after the other, the
/// last is taken, and whoever approves sees it; of two that ran side by side none is, since nobody could say which was the good one.
/// </summary>
/// <param name="Pins">The images; none for containers whose template names a digest.</param>
/// <param name="Lacking">Of which containers none can be told, and why.</param>
internal sealed record ImagePins(IReadOnlyList<ImagePin> Pins, IReadOnlyList<string> Lacking)
{
    /// <summary>Those of a revision.</summary>
    public static ImagePins Of(Revision target, ImageRecord record)
    {
        var (pins, lacking) = (new List<ImagePin>(), new List<string>());
        foreach (var (container, image) in target.Images.DistinctBy(image => image.Key))
        {
            if (ImageName.DigestOf(image) is not null)
                continue;
            switch (record.Of(target, container))
            {
                case []:
                    lacking.Add($"{ShownValue.Name(container)} (no digest that it ran is on record)");
                    break;
                case [.., var before, var last] when before.LastSeen > last.LastSeen - ImageRecord.Precision:
                    lacking.Add($"{ShownValue.Name(container)} (ran {before.Run.Digest} and {last.Run.Digest} side by side)");
                    break;
                case [.., var last]:
                    pins.Add(new ImagePin(container, ImageName.Pinned(image, last.Run.Digest)));
                    break;
            }
        }

        return new ImagePins(pins, lacking);
    }
}
