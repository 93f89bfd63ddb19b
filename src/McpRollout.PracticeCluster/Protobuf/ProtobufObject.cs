using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Protobuf;

/// <summary>
/// Reads objects that come as <c>application/vnd.kubernetes.protobuf</c>, which kubectl prefers for what it builds from flags and does
/// not take no for an answer. Nothing is ever answered in it: JSON is among what those clients accept.
/// </summary>
internal static class ProtobufObject
{
    public const string ContentType = "application/vnd.kubernetes.protobuf";

    /// <summary>Throws <see cref="JsonException"/> for anything that is no such object, as the JSON reader would.</summary>
    public static JsonObject Parse(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("k8s\0"u8)) throw new JsonException("the body has no protobuf prefix");
        var envelope = Message(body[4..], "Envelope");
        var kind = envelope.Object("type").Text("kind") ?? "";
        if (!MessageTypes.Knows(kind)) throw new JsonException($"the practice cluster reads {kind} only as JSON");
        var value = Message(Convert.FromBase64String(envelope.Text("raw") ?? ""), kind);
        value["kind"] = kind;
        value["apiVersion"] = envelope.Object("type").Text("apiVersion");
        return value;
    }

    private static JsonObject Message(ReadOnlySpan<byte> bytes, string type)
    {
        var result = new JsonObject();
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            var field = MessageTypes.Field(type, (int)(tag >> 3));
            var (number, content) = Content(ref bytes, (int)(tag & 7));
            if (field is null) continue;
            if (field.Type is "map" or "bytesMap" or "quantityMap") Entry(result.Ensure(field.Name), content, field.Type);
            else if (field.IsRepeated) Append(result, field.Name, Value(field.Type, number, content));
            // Go writes empty texts that JSON leaves out.
            else if (field.Type != "text" || content.Length > 0) result[field.Name] = Value(field.Type, number, content);
        }
        return result;
    }

    private static JsonNode Value(string type, ulong number, ReadOnlySpan<byte> content) => type switch
    {
        "text" => Encoding.UTF8.GetString(content),
        "bytes" => Convert.ToBase64String(content),
        "int" => (long)number,
        "bool" => number != 0,
        "intOrString" => IntOrString(Message(content, "IntOrString")),
        _ => Message(content, type),
    };

    private static void Append(JsonObject target, string name, JsonNode value)
    {
        if (target[name] is not JsonArray list) target[name] = list = [];
        list.Add(value);
    }

    private static JsonNode IntOrString(JsonObject value) => value.Text("text") is { } text ? text : value.Number("number") ?? 0;

    private static void Entry(JsonObject target, ReadOnlySpan<byte> content, string type)
    {
        var (key, text) = ("", "");
        while (content.Length > 0)
        {
            var tag = Varint(ref content);
            var (_, part) = Content(ref content, (int)(tag & 7));
            if (tag >> 3 == 1) key = Encoding.UTF8.GetString(part);
            else text = type switch
            {
                "bytesMap" => Convert.ToBase64String(part),
                "quantityMap" => Message(part, "Quantity").Text("text") ?? "0",
                _ => Encoding.UTF8.GetString(part),
            };
        }
        target[key] = text;
    }

    private static Pair Content(ref ReadOnlySpan<byte> bytes, int wireType)
    {
        switch (wireType)
        {
            case 0:
                return new(Varint(ref bytes), []);
            case 1:
                return new(0, Take(ref bytes, 8));
            case 2:
                var length = Varint(ref bytes);
                return new(0, Take(ref bytes, (int)Math.Min(length, int.MaxValue)));
            case 5:
                return new(0, Take(ref bytes, 4));
            default:
                throw new JsonException($"wire type {wireType} is unknown");
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int length)
    {
        if (length > bytes.Length) throw new JsonException("unexpected end of the protobuf body");
        var taken = bytes[..length];
        bytes = bytes[length..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var octet = Take(ref bytes, 1)[0];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80) return value;
        }
        throw new JsonException("a number of the protobuf body never ends");
    }

    private readonly ref struct Pair(ulong number, ReadOnlySpan<byte> content)
    {
        private readonly ulong _number = number;
        private readonly ReadOnlySpan<byte> _content = content;

        public void Deconstruct(out ulong number, out ReadOnlySpan<byte> content)
        {
            number = _number;
            content = _content;
        }
    }
}
