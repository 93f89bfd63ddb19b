using System.Security.Cryptography;
using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Findings;

/// <summary>What is known now and was not when somebody looked. Pure.</summary>
internal static class FindingNews
{
    /// <summary>Of what is known now: what would hold a patch, and is not in what was known, or is graver or about more than it was
    /// then.</summary>
    public static IReadOnlyList<Finding> Since(IReadOnlyList<Finding> known, IEnumerable<Finding> now) =>
        [.. now.Where(finding => Holds(finding) && !known.Any(earlier => Covers(earlier, finding)))];

    /// <summary>Of what was known: what would hold a patch, and is not found any more.</summary>
    public static IReadOnlyList<Finding> Gone(IReadOnlyList<Finding> known, IReadOnlyList<Finding> now) =>
        [.. known.Where(finding => Holds(finding) && now.All(later => later.Code != finding.Code))];

    /// <summary>What is known once the news is: it takes the place of what was known of its kind.</summary>
    public static IReadOnlyList<Finding> With(IReadOnlyList<Finding> known, IReadOnlyList<Finding> news) => news.Count == 0 ? known
        : FindingKinds.Ordered(news.Concat(known.Where(finding => news.All(later => later.Code != finding.Code))));

    /// <summary>SHA-256, in lower-case hex, over the canonical JSON of those that hold a patch, severity and subjects by code: what a
    /// decision was taken on.</summary>
    public static string Digest(IEnumerable<Finding> findings)
    {
        var subjects = findings.Where(Holds).Select(finding => KeyValuePair.Create<string, JsonNode?>(
            finding.Code, new JsonArray([finding.Severity.ToName(), .. Ordered(finding).Select(subject => JsonValue.Create(subject))])));
        return Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Bytes(new JsonObject(subjects))));
    }

    private static bool Holds(Finding finding) => FindingKinds.Holding.Any(kind => kind.Code == finding.Code);

    private static bool Covers(Finding earlier, Finding finding) =>
        earlier.Code == finding.Code && earlier.Severity <= finding.Severity
        && (finding.Subjects ?? []).All((earlier.Subjects ?? []).Contains);

    private static IEnumerable<string> Ordered(Finding finding) => (finding.Subjects ?? []).Distinct().Order(StringComparer.Ordinal);
}
