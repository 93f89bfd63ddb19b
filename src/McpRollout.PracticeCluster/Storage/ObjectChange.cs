using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Storage;

internal enum ChangeType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One write: what the object is now and what it was before. <see cref="Object"/> of a deletion is its last state.</summary>
internal sealed record ObjectChange(long Version, ChangeType Type, ResourceType Resource, JsonObject Object, JsonObject? Previous);
