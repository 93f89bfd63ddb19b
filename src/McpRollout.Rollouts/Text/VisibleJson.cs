using System.Buffers;

namespace McpRollout.Rollouts.Text;

/// <summary>JSON whose names and texts strangers wrote, made so that what is read is what is there (<see cref="VisibleText"/>).</summary>
internal static class VisibleJson
{
    /// <summary>The same value with every name and text visible. Line breaks stay: in JSON they cannot end a text.</summary>
    public static JsonElement Of(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, value);
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(writer, value);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(VisibleText.Lines(Readable(value.GetString) ?? value.GetRawText()[1..^1]));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteMembers(Utf8JsonWriter writer, JsonElement value)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject())
        {
            // Two names may look the same once both can be read: neither takes the other's place.
            var name = VisibleText.Lines(Readable(() => member.Name) ?? "(a name that is no text)");
            while (!names.Add(name))
                name += "'";
            writer.WritePropertyName(name);
            Write(writer, member.Value);
        }

        writer.WriteEndObject();
    }

    // An escaped half of a surrogate pair is no text; its escape is visible as it stands.
    private static string? Readable(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
