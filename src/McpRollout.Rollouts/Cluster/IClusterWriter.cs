using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Rollouts.Cluster;

/// <summary>
/// All that the product can change in a cluster. Every call is sent once and never retried. Only <c>UndoWriter</c> may use it; a
/// test holds all else off.
/// </summary>
internal interface IClusterWriter
{
    /// <summary>Sends a JSON Patch (RFC 6902) with <c>fieldManager=mcp-rollout</c>; the value is the workload as the server now has
    /// it.</summary>
    Task<ClusterAnswer<JsonElement>> PatchWorkloadAsync(
        WorkloadRef workload, ReadOnlyMemory<byte> jsonPatch, CancellationToken cancellationToken);

    /// <summary>Sends a JSON Merge Patch (RFC 7396) of the workload's metadata; the value is the workload as the server now has
    /// it.</summary>
    Task<ClusterAnswer<JsonElement>> FenceWorkloadAsync(
        WorkloadRef workload, ReadOnlyMemory<byte> mergePatch, CancellationToken cancellationToken);

    /// <summary>Sends a JSON Patch of an owner; the value is the owner as the server now has it.</summary>
    Task<ClusterAnswer<JsonElement>> PatchOwnerAsync(OwnerRef owner, ReadOnlyMemory<byte> jsonPatch, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a pod as it was last seen: another pod of that name, or the same one changed meanwhile, is refused with 409
    /// (<c>preconditions</c>).
    /// </summary>
    Task<ClusterAnswer<JsonElement>> DeletePodAsync(
        string @namespace, string name, string uid, string resourceVersion, CancellationToken cancellationToken);

    /// <summary>Creates a core/v1 Event in the namespace.</summary>
    Task<ClusterAnswer<JsonElement>> CreateEventAsync(string @namespace, JsonObject @event, CancellationToken cancellationToken);
}
