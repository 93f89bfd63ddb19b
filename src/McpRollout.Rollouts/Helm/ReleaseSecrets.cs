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
            .SelectMany(each => each.Body.TextsAt("stringData").Values
                .Concat(each.Body.TextsAt("data").Values.SelectMany(Spellings)))
            .Where(value => value.Length >= Shortest).Distinct().OrderByDescending(value => value.Length),
    ]);

    /// <summary>The text without any of them.</summary>
    public string Mask(string text) => _values.Aggregate(text, (masked, value) => masked.Replace(value, "***", StringComparison.Ordinal));

    private static IEnumerable<string> Spellings(string encoded)
    {
        yield return encoded;
        var bytes = new byte[encoded.Length];
        if (Convert.TryFromBase64String(encoded, bytes, out var length))
            yield return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
