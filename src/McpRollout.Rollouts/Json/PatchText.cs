using System.Buffers;
using System.Runtime.InteropServices;

namespace McpRollout.Rollouts.Json;

/// <summary>Writes a JSON Patch (RFC 6902) in the spelling that the API server compares.</summary>
internal sealed class PatchText : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    private PatchText() => _writer = new Utf8JsonWriter(_buffer);

    /// <summary>The exact bytes to send.</summary>
    public static byte[] Of(Action<PatchText> write)
    {
        using var patch = new PatchText();
        patch._writer.WriteStartArray();
        write(patch);
        patch._writer.WriteEndArray();
        patch._writer.Flush();
        return patch._buffer.WrittenSpan.ToArray();
    }

    /// <summary>Where an annotation is. See RFC 6901, section 3: "~" first, or the "~1" made of a "/" would be escaped again.</summary>
    public static string AnnotationPath(string name) =>
        $"/metadata/annotations/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public void Test(string path, string text) => Operation("test", path, value => value.WriteStringValue(text));

    /// <summary>Tests for a value as it was read; for none, that there is none.</summary>
    public void Test(string path, JsonElement? read)
    {
        if (read is { } element)
            Operation("test", path, value => WriteVerbatim(value, element));
        else
            Operation("test", path, value => value.WriteNullValue());
    }

    public void Replace(string path, JsonElement element) => Operation("replace", path, value => WriteVerbatim(value, element));

    public void Replace(string path, JsonObject fields) => Operation("replace", path, value => fields.WriteTo(value));

    public void Remove(string path)
    {
        _writer.WriteStartObject();
        _writer.WriteString("op", "remove");
        _writer.WriteString("path", path);
        _writer.WriteEndObject();
    }

    public void Add(string path, bool flag) => Operation("add", path, value => value.WriteBooleanValue(flag));

    // An object without any annotation has no /metadata/annotations to add to (422, seen on v1.20.2). Adding an empty map would wipe out
    // annotations that somebody set in the meantime, so it is guarded: a test for null holds while the member is absent, and only then
    // (both seen on v1.20.2). RFC 6902 would have the path exist; the server's library does not: evanphx/json-patch, patch.go, Patch.test,
    // there as in the json-patch.v4 of today's servers. "value" must be given: without it the handler of v1.20.2 dies of a nil pointer.

    /// <summary>Sets annotations, in this order; every other one is left alone.</summary>
    /// <param name="hasAnnotations">Whether the object has any, as it was read.</param>
    /// <param name="annotations">Their names and texts.</param>
    public void Annotate(bool hasAnnotations, IReadOnlyList<KeyValuePair<string, string>> annotations)
    {
        if (annotations.Count > 0 && !hasAnnotations)
        {
            Test("/metadata/annotations", default(JsonElement?));
            Operation("add", "/metadata/annotations", value =>
            {
                value.WriteStartObject();
                value.WriteEndObject();
            });
        }

        foreach (var (name, text) in annotations)
            Operation("add", AnnotationPath(name), value => value.WriteStringValue(text));
    }

    public void Dispose() => _writer.Dispose();

    private void Operation(string op, string path, Action<Utf8JsonWriter> writeValue)
    {
        _writer.WriteStartObject();
        _writer.WriteString("op", op);
        _writer.WriteString("path", path);
        _writer.WritePropertyName("value");
        writeValue(_writer);
        _writer.WriteEndObject();
    }

    // The server's own spelling, to the letter: evanphx/json-patch, lazyNode.equal, compares the bytes of strings and numbers (seen on
    // v1.20.2; the same in today's json-patch.v4). JsonElement.WriteTo would write \u0022 where Go wrote \", and the test of any template
    // with a quote, a "<" or an umlaut in it would fail.
    private static void WriteVerbatim(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
