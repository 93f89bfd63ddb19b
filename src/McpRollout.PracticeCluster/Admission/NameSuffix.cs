namespace McpRollout.PracticeCluster.Admission;

/// <summary>The endings of generated names, over the alphabet that spells no words (k8s.io/apimachinery/pkg/util/rand).</summary>
internal static class NameSuffix
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string Random() => System.Random.Shared.GetString(Alphabet, 5);

    /// <summary>
    /// A name for a template. A real server hashes Go's memory layout, so the ending differs from here; what matters is that equal
    /// templates get equal names.
    /// </summary>
    public static string Hash(JsonNode? content, int collisions)
    {
        var hash = 2166136261u;
        var salt = collisions == 0 ? "" : collisions.ToString(CultureInfo.InvariantCulture);
        foreach (var octet in Encoding.UTF8.GetBytes(Canonical(content) + salt))
            hash = (hash ^ octet) * 16777619u;
        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(digit => Alphabet[digit % Alphabet.Length]));
    }

    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject map => $"{{{string.Join(',', Sorted(map).Select(member => $"{member.Key}:{Canonical(member.Value)}"))}}}",
        JsonArray list => $"[{string.Join(',', list.Select(Canonical))}]",
        null => "null",
        _ => node.ToJsonString(),
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Sorted(JsonObject map) =>
        map.OrderBy(member => member.Key, StringComparer.Ordinal);
}
