using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Undo;

/// <summary>
/// The write of an undo: one JSON Patch (RFC 6902), which the server applies whole or not at all. Its <c>test</c> operations make it a
/// compare-and-swap on the very template that a person was shown; a test that does not hold answers 422 <c>Invalid</c>.
/// </summary>
internal static class UndoPatch
{
    /// <summary>The exact bytes to send.</summary>
    /// <param name="shown">
    /// The workload whose template the person was shown, read anew: the server compares with what it would send now, in its very spelling,
    /// so that even a <c>creationTimestamp: null</c> must be there if it sent one.
    /// </param>
    /// <param name="targetTemplate">The template to bring back, <see cref="History.Revision.Template"/>.</param>
    /// <param name="annotations">Annotations to set, in this order; every other one is left alone.</param>
    /// <param name="isPinned">
    /// Whether it is for the object exactly as it was read. Then any later change of it, a <see cref="Fence"/> above all, makes the patch
    /// impossible for good: a <c>resourceVersion</c> never comes back.
    /// </param>
    public static byte[] Build(
        Workload shown, JsonElement targetTemplate, IReadOnlyList<KeyValuePair<string, string>> annotations, bool isPinned) =>
        PatchText.Of(patch =>
        {
            patch.Test("/metadata/uid", shown.Uid);
            if (isPinned)
                patch.Test("/metadata/resourceVersion", shown.ResourceVersion);
            patch.Test("/spec/template", shown.Template);
            patch.Replace("/spec/template", targetTemplate);
            patch.Annotate(shown.HasAnnotations, annotations);
        });

    /// <summary>
    /// A JSON Merge Patch (RFC 7396) that changes nothing but one annotation, whether or not there are others. An object of the same name
    /// with another <paramref name="uid"/> refuses it: <c>metadata.uid: field is immutable</c> (seen on v1.20.2).
    /// </summary>
    public static byte[] Fence(string uid, string fence) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["metadata"] = new JsonObject { ["uid"] = uid, ["annotations"] = new JsonObject { [UndoAnnotations.Fence] = fence } },
    }.ToJsonString());

    /// <summary>
    /// A JSON Patch that moves fields from one entry of <c>metadata.managedFields</c> to another, if both are still as they were read. The
    /// API server takes changes of the list itself ("fieldmanager.go", Update: it decodes the entries that the request sends).
    /// </summary>
    /// <param name="uid">Of the object.</param>
    /// <param name="from">The place of our entry, the entry, and what it owns from then on.</param>
    /// <param name="to">The same of the other.</param>
    public static byte[] Handover(
        string uid, (int At, JsonElement Entry, JsonObject Fields) from, (int At, JsonElement Entry, JsonObject Fields) to) =>
        PatchText.Of(patch =>
        {
            patch.Test("/metadata/uid", uid);
            foreach (var (at, entry, _) in new[] { from, to })
                patch.Test($"/metadata/managedFields/{at}", entry);
            foreach (var (at, _, fields) in new[] { from, to })
                patch.Replace($"/metadata/managedFields/{at}/fieldsV1", fields);
        });
}
