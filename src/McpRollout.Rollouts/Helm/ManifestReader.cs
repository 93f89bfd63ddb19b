using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace McpRollout.Rollouts.Helm;

/// <summary>
/// Reads the YAML of a manifest as JSON, within bounds. It takes the library's events one by one: its own tree is walked by recursion
/// through whatever a text's aliases lead to.
/// </summary>
internal sealed class ManifestReader(string text)
{
    /// <summary>The longest text that is read, and the most that its aliases may make of it. Unit: characters.</summary>
    public const int LongestText = 16 << 20;

    private const int DeepestNesting = 60;
    private const int MostValues = 500_000;

    private readonly Parser _parser = new(new StringReader(text));
    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private int _depth;
    private int _values;
    private int _characters;

    /// <summary>Whether what was read so far says all that the text does: no text of it may be a number or a truth value to
    /// others.</summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>The documents, but for empty ones.</summary>
    /// <exception cref="JsonException">The text is no YAML, or beyond the bounds; the message says where, and quotes nothing.</exception>
    public IEnumerable<JsonElement> Documents()
    {
        if (text.Length > LongestText)
            throw new JsonException($"the manifest is longer than {LongestText >> 20} Mi characters");

        Next();
        while (Next() is DocumentStart)
        {
            _anchors.Clear();
            if (Document() is { } document)
                yield return document;
            Next();
        }
    }

    private JsonElement? Document()
    {
        try
        {
            return Value(Next()) is { } node ? JsonElement.Parse(node.ToJsonString()) : null;
        }
        catch (Exception e) when (e is not JsonException)
        {
            // So the library ends on some malformed input. Its words can quote the manifest, and so a secret.
            throw Unreadable();
        }
    }

    private ParsingEvent Next()
    {
        try
        {
            return _parser.MoveNext() && _parser.Current is { } next ? next : throw Unreadable();
        }
        catch (Exception e) when (e is not JsonException)
        {
            throw Unreadable();
        }
    }

    private JsonException Unreadable() => new($"the manifest is no YAML near line {_parser.Current?.End.Line ?? 1}");

    private JsonNode? Value(ParsingEvent start)
    {
        Count((start as Scalar)?.Value.Length ?? 0);
        if (start is AnchorAlias alias)
            return Copied(alias.Value);

        if (++_depth > DeepestNesting)
            throw new JsonException($"the manifest is nested more than {DeepestNesting} levels deep near line {start.Start.Line}");
        JsonNode? value = start switch
        {
            Scalar scalar => Of(scalar),
            SequenceStart => Items(),
            MappingStart => Members(),
            _ => throw Unreadable(),
        };
        _depth--;
        if (start is NodeEvent { Anchor: { IsEmpty: false } anchor })
            _anchors[anchor] = value;
        return value;
    }

    private JsonArray Items()
    {
        var items = new JsonArray();
        while (Next() is not SequenceEnd and var item)
            items.Add(Value(item));
        return items;
    }

    private JsonObject Members()
    {
        var (members, merged) = (new JsonObject(), new List<JsonNode?>());
        while (Next() is not MappingEnd and var key)
        {
            // Such a key names no field, and written out as text it can be far longer than the manifest.
            if (key is not Scalar name)
                throw new JsonException($"the manifest has a key that is no text near line {key.Start.Line}");
            var value = Value(Next());
            if (name is { Value: "<<", Style: ScalarStyle.Plain })
                merged.Add(value);
            else
                members[name.Value] = value;
        }

        foreach (var (name, value) in merged.SelectMany(Mergeable).SelectMany(map => map))
        {
            if (!members.ContainsKey(name))
                members[name] = Copied(value);
        }

        return members;
    }

    // https://yaml.org/type/merge.html
    private static IEnumerable<JsonObject> Mergeable(JsonNode? value) => value switch
    {
        JsonObject map => [map],
        JsonArray maps => maps.OfType<JsonObject>(),
        _ => [],
    };

    // An anchor is known from its value's end on: nothing holds itself.
    private JsonNode? Copied(AnchorName anchor) =>
        _anchors.TryGetValue(anchor, out var value) ? Copied(value) : throw Unreadable();

    private JsonNode? Copied(JsonNode? value)
    {
        Measure(value, _depth);
        return value?.DeepClone();
    }

    private void Measure(JsonNode? value, int depth, int nameLength = 0)
    {
        Count(nameLength + (value is JsonValue scalar && scalar.TryGetValue(out string? words) ? words.Length : 0));
        if (depth > DeepestNesting)
            throw new JsonException($"the manifest's aliases are nested more than {DeepestNesting} levels deep");
        foreach (var (name, inner) in value switch
        {
            JsonObject map => map,
            JsonArray items => items.Select(item => KeyValuePair.Create("", item)),
            _ => [],
        })
        {
            Measure(inner, depth + 1, name.Length);
        }
    }

    private void Count(int characters)
    {
        if (++_values > MostValues)
            throw new JsonException($"the manifest goes beyond {MostValues} values");
        if ((_characters += characters) > LongestText)
            throw new JsonException($"the manifest's aliases make it longer than {LongestText >> 20} Mi characters");
    }

    // The core schema (https://yaml.org/spec/1.2.2/#103-core-schema), as far as JSON has it; a number that is not written as JSON writes it
    // stays a text, which is enough to compare it.
    private JsonNode? Of(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
            return scalar.Value;
        IsExact &= !MayBeMore(scalar.Value);
        return scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            var plain when long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number.ToString(CultureInfo.InvariantCulture) == plain => number,
            var plain => plain,
        };
    }

    // To YAML 1.1, as which Kubernetes reads it, these are truth values, and whatever else begins as numbers do may be one.
    private static bool MayBeMore(string plain) => plain.Length > 0
        && (char.IsAsciiDigit(plain[0]) || plain[0] is '+' or '-' or '.'
            ? !(long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number.ToString(CultureInfo.InvariantCulture) == plain)
            : plain.ToUpperInvariant() is "Y" or "N" or "YES" or "NO" or "ON" or "OFF");
}
