using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace McpRollout.Tests.Properties;

/// <summary>JSON in its many spellings.</summary>
internal static class Jsons
{
    /// <summary>A whole or broken number, small, large or tiny.</summary>
    public static Gen<string> Number { get; } = Gen.OneOf(
        Gen.Choose(-1000, 1000).Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.Elements(
            "0", "-0", "1.0", "1.50e2", "1E-7", "9007199254740993", "1e21", "123456789012345678901234567890", "5e-324",
            "-1.7976931348623157e308"));

    /// <summary>Any value whose objects name each member once.</summary>
    public static Gen<string> Any { get; } = Value(3, Texts.Any);

    /// <summary>Any object of that sort.</summary>
    public static Gen<string> AnyObject { get; } = Object(2, Texts.Any);

    /// <summary>Any value, its texts not always Unicode.</summary>
    public static Gen<string> Broken { get; } = Value(3, Texts.Broken);

    /// <summary>A text as JSON, spelled in one of two ways.</summary>
    public static Gen<string> Text(Gen<string> texts) =>
        from text in texts
        from escaped in Gen.Elements(true, false)
        select Spell(text, escaped);

    /// <summary>A text as JSON.</summary>
    public static string Spell(string text, bool escaped = false)
    {
        // What is no Unicode can only be written with escapes.
        if (!escaped && text.IsUnicode())
            return $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
        var spelled = new StringBuilder("\"");
        foreach (var unit in text)
            spelled.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        return spelled.Append('"').ToString();
    }

    /// <summary>The same value with the members of every object in another order.</summary>
    public static JsonNode? Shuffled(JsonNode? node, Random random) => node switch
    {
        JsonObject members =>
            new JsonObject(Mixed(members, random).Select(member => KeyValuePair.Create(member.Key, Shuffled(member.Value, random)))),
        JsonArray items => new JsonArray([.. items.Select(item => Shuffled(item, random))]),
        _ => node?.DeepClone(),
    };

    /// <summary>Changes one value, adds one or takes one away, somewhere; the result always differs.</summary>
    public static JsonNode Changed(JsonNode node, Random random)
    {
        var changed = node.DeepClone();
        var places = new List<JsonNode>();
        Collect(changed, places);
        switch (places[random.Next(places.Count)])
        {
            case JsonObject members when members.Count == 0 || random.Next(4) == 0:
                members["added"] = "changed";
                break;
            case JsonObject members when members.ElementAt(random.Next(members.Count)).Key is var name
                && random.Next(3) == 0
                && members[name] is not null:
                members.Remove(name);
                break;
            case JsonObject members:
                members[members.ElementAt(random.Next(members.Count)).Key] = "changed";
                break;
            case JsonArray items when items.Count == 0 || random.Next(2) == 0:
                items.Add("changed");
                break;
            case JsonArray items:
                items.RemoveAt(random.Next(items.Count));
                break;
            default:
                throw new InvalidOperationException("Only objects and lists are places.");
        }

        return changed;
    }

    private static Gen<string> Value(int depth, Gen<string> texts) => depth == 0
        ? Leaf(texts)
        : Gen.Frequency((3, Leaf(texts)), (3, Object(depth - 1, texts)), (1, Array(depth - 1, texts)));

    private static Gen<string> Leaf(Gen<string> texts) =>
        Gen.OneOf(Text(texts), Text(Texts.Word), Number, Gen.Elements("true", "false", "null"));

    private static Gen<string> Array(int depth, Gen<string> texts) =>
        from count in Gen.Choose(0, 4)
        from items in Value(depth, texts).ListOf(count)
        select $"[{string.Join(", ", items)}]";

    private static Gen<string> Object(int depth, Gen<string> texts) =>
        from count in Gen.Choose(0, 5)
        from names in Gen.OneOf(Texts.Word, texts).ListOf(count)
        from values in Value(depth, texts).ListOf(count)
        select "{"
            + string.Join(
                ",",
                names.Zip(values)
                    .DistinctBy(member => member.First)
                    .Select(member => $"{Spell(member.First)}:{member.Second}"))
            + "}";

    private static KeyValuePair<string, JsonNode?>[] Mixed(JsonObject members, Random random)
    {
        var mixed = members.ToArray();
        random.Shuffle(mixed);
        return mixed;
    }

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        if (node is not (JsonObject or JsonArray))
            return;
        places.Add(node);
        foreach (var inner in node is JsonObject members ? members.Select(member => member.Value) : node.AsArray())
            Collect(inner, places);
    }

    private static bool IsUnicode(this string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
                return false;
            i += rune.Utf16SequenceLength;
        }

        return true;
    }
}
