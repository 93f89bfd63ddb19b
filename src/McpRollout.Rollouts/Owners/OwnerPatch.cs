using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Owners;

/// <summary>The write that pauses an owner: one JSON Patch (RFC 6902), which the server applies whole or not at all.</summary>
internal static class OwnerPatch
{
    /// <summary>
    /// The exact bytes to send. They test what was read: who it is, the field by which it is paused, and the mark of the last pause. That
    /// mark never comes back once another has taken its place, so that a patch that arrives late has no effect.
    /// </summary>
    /// <param name="owner">The owner, read anew.</param>
    /// <param name="requestId">The request by which it is paused; the mark.</param>
    public static byte[] Pause(Owner owner, string requestId) => PatchText.Of(patch =>
    {
        var path = $"/{string.Join('/', Owner.FieldPath(owner.Ref.Kind))}";
        patch.Test("/metadata/uid", owner.Uid);
        patch.Test(path, owner.Field);
        if (owner.Ref.Kind == OwnerKind.Application)
            patch.Add($"{path}/enabled", false);
        else
            patch.Add(path, true);
        var annotations = owner.Raw.At("metadata", "annotations");
        if (annotations is not null)
            patch.Test(PatchText.AnnotationPath(UndoAnnotations.PausedBy), annotations.Value.At(UndoAnnotations.PausedBy));
        patch.Annotate(annotations is not null, [new(UndoAnnotations.PausedBy, requestId)]);
    });
}
