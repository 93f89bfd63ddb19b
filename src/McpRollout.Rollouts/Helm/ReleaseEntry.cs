using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Helm;

/// <summary>One revision of a release, by the labels of its record: known without a look into the record.</summary>
/// <param name="Driver">What kind of object the record is.</param>
/// <param name="RecordName">The object's name.</param>
/// <param name="Release">The release's name.</param>
/// <param name="Revision">The revision's number.</param>
/// <param name="Status">What the label says of it.</param>
/// <param name="CreatedAt">When the record was made, which is when Helm began.</param>
internal sealed record ReleaseEntry(
    ReleaseDriver Driver, string RecordName, string Release, long Revision, ReleaseStatus Status, DateTimeOffset? CreatedAt)
{
    /// <summary>The record's uid: a release that was made again under the same name has other records.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Reads an object's metadata; null of what is no record of Helm.</summary>
    public static ReleaseEntry? Of(ReleaseDriver driver, JsonElement stored)
    {
        var labels = stored.At("metadata", "labels") ?? default;
        return labels.TextAt("owner") == "helm"
            && labels.TextAt("name") is { } release
            && stored.TextAt("metadata", "name") is { } name
            && long.TryParse(labels.TextAt("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            && revision > 0
            ? new(driver, name, release, revision, ReleaseStatuses.Parse(labels.TextAt("status")),
                stored.MomentAt("metadata", "creationTimestamp"))
            { Uid = stored.TextAt("metadata", "uid") ?? "" }
            : null;
    }
}
