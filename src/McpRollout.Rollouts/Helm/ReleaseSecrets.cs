using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Helm;

/// <summary>The values of a release's Secrets, to be taken out of what others say of it: a refusal can quote what it is about.</summary>
internal sealed class ReleaseSecrets
{
    // A shorter one would be found in any sentence.
    private const int Shortest = 5;

    private readonly IReadOnlyList<string> _values;

    private ReleaseSecrets(IReadOnlyList<string> values) => _values = values;

    /// <summary>Those of all revisions whose records were read.</summary>
    public static ReleaseSecrets Of(ReleaseHistory history) => new(
    [
        .. history.Revisions.SelectMany(each => each.Record?.Manifest.Objects ?? []).Where(each => each.Name.Kind == "Secret")
            .SelectMany(each => Values(each.Body, "stringData").Concat(Values(each.Body, "data").SelectMany(Spellings)))
            .SelectMany(value => value.Split('\n').Prepend(value)).Select(value => value.Trim())
            .Where(value => value.Length >= Shortest).Distinct().OrderByDescending(value => value.Length),
    ]);

    /// <summary>The text without any of them.</summary>
    public string Mask(string text) => _values.Aggregate(text, (masked, value) => masked.Replace(value, "***", StringComparison.Ordinal));

    // Of the field that holds them; also what is no text, as an unquoted number.
    private static IEnumerable<string> Values(JsonElement secret, string field) =>
        secret.MembersAt(field).Select(member => member.Value.Text() ?? member.Value.GetRawText());

    private static IEnumerable<string> Spellings(string encoded)
    {
        yield return encoded;
        var bytes = new byte[encoded.Length];
        if (Convert.TryFromBase64String(encoded, bytes, out var length))
            yield return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
