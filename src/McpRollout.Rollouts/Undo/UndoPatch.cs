using System.Buffers;
using System.Runtime.InteropServices;
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
        Workload shown, JsonElement targetTemplate, IReadOnlyList<KeyValuePair<string, string>> annotations, bool isPinned)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            Operation(writer, "test", "/metadata/uid", value => value.WriteStringValue(shown.Uid));
            if (isPinned)
                Operation(writer, "test", "/metadata/resourceVersion", value => value.WriteStringValue(shown.ResourceVersion));
            Operation(writer, "test", "/spec/template", value => WriteVerbatim(value, shown.Template));
            Operation(writer, "replace", "/spec/template", value => WriteVerbatim(value, targetTemplate));
            WriteAnnotations(writer, shown, annotations);
            writer.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

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
        string uid, (int At, JsonElement Entry, JsonObject Fields) from, (int At, JsonElement Entry, JsonObject Fields) to)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            Operation(writer, "test", "/metadata/uid", value => value.WriteStringValue(uid));
            foreach (var (at, entry, _) in new[] { from, to })
                Operation(writer, "test", $"/metadata/managedFields/{at}", value => WriteVerbatim(value, entry));
            foreach (var (at, _, fields) in new[] { from, to })
                Operation(writer, "replace", $"/metadata/managedFields/{at}/fieldsV1", value => fields.WriteTo(value));
            writer.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // An object without any annotation has no /metadata/annotations to add to (422, seen on v1.20.2). Adding an empty map would wipe out
    // annotations that somebody set in the meantime, so it is guarded: a test for null holds while the member is absent, and only then
    // (both seen on v1.20.2). RFC 6902 would have the path exist; the server's library does not: evanphx/json-patch, patch.go, Patch.test,
    // there as in the json-patch.v4 of today's servers. "value" must be given: without it the handler of v1.20.2 dies of a nil pointer.
    private static void WriteAnnotations(
        Utf8JsonWriter writer, Workload shown, IReadOnlyList<KeyValuePair<string, string>> annotations)
    {
        if (annotations.Count > 0 && !shown.HasAnnotations)
        {
            Operation(writer, "test", "/metadata/annotations", value => value.WriteNullValue());
            Operation(writer, "add", "/metadata/annotations", value =>
            {
                value.WriteStartObject();
                value.WriteEndObject();
            });
        }

        foreach (var (name, text) in annotations)
            Operation(writer, "add", $"/metadata/annotations/{Escape(name)}", value => value.WriteStringValue(text));
    }

    private static void Operation(Utf8JsonWriter writer, string op, string path, Action<Utf8JsonWriter> writeValue)
    {
        writer.WriteStartObject();
        writer.WriteString("op", op);
        writer.WriteString("path", path);
        writer.WritePropertyName("value");
        writeValue(writer);
        writer.WriteEndObject();
    }

    // The server's own spelling, to the letter: evanphx/json-patch, lazyNode.equal, compares the bytes of strings and numbers (seen on
    // v1.20.2; the same in today's json-patch.v4). JsonElement.WriteTo would write \u0022 where Go wrote \", and the test of any template
    // with a quote, a "<" or an umlaut in it would fail.
    private static void WriteVerbatim(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

    // RFC 6901, section 3: "~" first, or the "~1" made of a "/" would be escaped again.
    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
