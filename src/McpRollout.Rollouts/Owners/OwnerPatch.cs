using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Owners;

/// <summary>The writes that pause and resume an owner: one JSON Patch (RFC 6902) each, which the server applies whole or not at
/// all.</summary>
internal static class OwnerPatch
{
    /// <summary>
    /// The exact bytes that pause. They test what was read: who it is, the field by which it is paused, and the marks of the last pause and
    /// of the last resumption. A request's marks never come back once others have taken their place, so that a patch that arrives late has
    /// no effect.
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
        {
            patch.Test(PatchText.AnnotationPath(UndoAnnotations.PausedBy), annotations.Value.At(UndoAnnotations.PausedBy));
            patch.Test(PatchText.AnnotationPath(UndoAnnotations.ResumedBy), annotations.Value.At(UndoAnnotations.ResumedBy));
        }

        patch.Annotate(annotations is not null, [new(UndoAnnotations.PausedBy, requestId)]);
    });

    /// <summary>
    /// The exact bytes that resume. They test who it is, that nobody has changed what it is to do since it was read
    /// (<c>metadata.generation</c>), the field by which it is paused, and the mark of the pause, which they take away: sent twice, one
    /// takes effect.
    /// </summary>
    /// <param name="owner">The owner, read anew; it carries the mark of the pause.</param>
    /// <param name="resume">How the field was before.</param>
    /// <param name="requestId">The request by which it is resumed; the mark.</param>
    public static byte[] Resume(Owner owner, OwnerResume resume, string requestId) => PatchText.Of(patch =>
    {
        var field = $"/{string.Join('/', Owner.FieldPath(owner.Ref.Kind))}";
        var path = owner.Ref.Kind == OwnerKind.Application ? $"{field}/enabled" : field;
        var mark = PatchText.AnnotationPath(UndoAnnotations.PausedBy);
        patch.Test("/metadata/uid", owner.Uid);
        patch.Test("/metadata/generation", owner.Raw.At("metadata", "generation"));
        patch.Test(field, owner.Field);
        patch.Test(mark, resume.PausedBy);
        if (resume.WasSet)
            patch.Add(path, owner.Ref.Kind == OwnerKind.Application);
        else
            patch.Remove(path);
        patch.Remove(mark);
        patch.Annotate(hasAnnotations: true, [new(UndoAnnotations.ResumedBy, requestId)]);
    });
}
