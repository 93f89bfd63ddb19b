using System.Buffers;

namespace McpRollout.Rollouts.Json;

/// <summary>
/// The one spelling of a JSON value that digests are taken of: the JSON Canonicalization Scheme of RFC 8785. Members sorted by the
/// UTF-16 code units of their names, strings and numbers as ECMAScript writes them, no white space, UTF-8.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>The canonical bytes of a value.</summary>
    /// <exception cref="JsonException">The value is not I-JSON (RFC 7493): a name given twice, a number beyond a double, half a surrogate
    /// pair.</exception>
    public static byte[] Bytes(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(value, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The canonical bytes of a value; a missing node is <c>null</c>.</summary>
    /// <exception cref="JsonException">As <see cref="Bytes(JsonElement)"/>.</exception>
    public static byte[] Bytes(JsonNode? value)
    {
        if (value is null)
            return "null"u8.ToArray();

        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            value.WriteTo(writer);

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return Bytes(document.RootElement);
    }

    private static void Write(JsonElement value, ArrayBufferWriter<byte> buffer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, buffer);
                break;
            case JsonValueKind.Array:
                WriteArray(value, buffer);
                break;
            case JsonValueKind.String:
                WriteString(Whole(value, static text => text.GetString()!, "A string"), buffer);
                break;
            case JsonValueKind.Number:
                Encoding.ASCII.GetBytes(EcmaScriptNumber.Text(value.GetDouble()), buffer);
                break;
            case JsonValueKind.True:
                buffer.Write("true"u8);
                break;
            case JsonValueKind.False:
                buffer.Write("false"u8);
                break;
            default:
                buffer.Write("null"u8);
                break;
        }
    }

    private static void WriteObject(JsonElement value, ArrayBufferWriter<byte> buffer)
    {
        var members = new List<(string Name, JsonElement Value)>(value.GetPropertyCount());
        foreach (var member in value.EnumerateObject())
            members.Add((Whole(member, static named => named.Name, "A member's name"), member.Value));

        members.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        buffer.Write("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                if (members[i].Name == members[i - 1].Name)
                    throw new JsonException($"The member '{members[i].Name}' is there twice.");
                buffer.Write(","u8);
            }

            WriteString(members[i].Name, buffer);
            buffer.Write(":"u8);
            Write(members[i].Value, buffer);
        }

        buffer.Write("}"u8);
    }

    private static void WriteArray(JsonElement value, ArrayBufferWriter<byte> buffer)
    {
        buffer.Write("["u8);
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
                buffer.Write(","u8);
            first = false;
            Write(item, buffer);
        }

        buffer.Write("]"u8);
    }

    // RFC 8785, section 3.2.2.2: two-character escapes where JSON has them, \u00xx in lower case for other controls, all else as it is.
    private static void WriteString(string text, ArrayBufferWriter<byte> buffer)
    {
        buffer.Write("\""u8);
        var rest = text.AsSpan();
        while (true)
        {
            var plain = rest.IndexOfAny(Escaped);
            Encoding.UTF8.GetBytes(plain < 0 ? rest : rest[..plain], buffer);
            if (plain < 0)
                break;

            WriteEscape(rest[plain], buffer);
            rest = rest[(plain + 1)..];
        }

        buffer.Write("\""u8);
    }

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    private static void WriteEscape(char escaped, ArrayBufferWriter<byte> buffer)
    {
        var text = escaped switch
        {
            '\b' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\f' => "\\f",
            '\r' => "\\r",
            '"' => "\\\"",
            '\\' => "\\\\",
            _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)escaped:x4}"),
        };
        Encoding.ASCII.GetBytes(text, buffer);
    }

    private static string Whole<T>(T value, Func<T, string> read, string what)
    {
        try
        {
            return read(value);
        }
        catch (InvalidOperationException broken)
        {
            throw new JsonException($"{what} holds half a surrogate pair.", broken);
        }
    }
}

/// <summary>Numbers as ECMAScript's <c>Number::toString</c> writes them (ECMA-262, section 6.1.6.1.20), which RFC 8785 takes
/// over.</summary>
file static class EcmaScriptNumber
{
    /// <summary>The shortest digits that read back as the same double, placed by ECMAScript's rules.</summary>
    /// <exception cref="JsonException">Infinity, or not a number.</exception>
    public static string Text(double number)
    {
        if (!double.IsFinite(number))
            throw new JsonException("A number is beyond what a double holds.");
        if (number == 0)
            return "0";

        var (sign, digits, point) = Decompose(number);
        return sign + Place(digits, point);
    }

    // "-1.2345E-007" becomes ("-", "12345", -6): 0.12345 times ten to the power of point.
    private static (string Sign, string Digits, int Point) Decompose(double number)
    {
        // The default format gives the shortest digits that round-trip; an exponent or a point may stand anywhere.
        var text = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var parts = text.Split('E');
        var exponent = parts is [_, var power] ? int.Parse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var mantissa = parts[0].Split('.');
        var all = string.Concat(mantissa);
        var significant = all.TrimStart('0');
        var point = mantissa[0].Length - (all.Length - significant.Length) + exponent;
        return (number < 0 ? "-" : "", significant.TrimEnd('0'), point);
    }

    private static string Place(string digits, int point) => point switch
    {
        _ when point >= digits.Length && point <= 21 => digits.PadRight(point, '0'),
        > 0 and <= 21 => $"{digits[..point]}.{digits[point..]}",
        > -6 and <= 0 => "0." + new string('0', -point) + digits,
        _ => Exponential(digits, point - 1),
    };

    private static string Exponential(string digits, int exponent)
    {
        var mantissa = digits.Length == 1 ? digits : $"{digits[..1]}.{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
    }
}
