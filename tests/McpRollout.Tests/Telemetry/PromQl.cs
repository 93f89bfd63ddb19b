using System.Text.RegularExpressions;

namespace McpRollout.Tests.Telemetry;

/// <summary>A label that a question asks a metric for.</summary>
internal sealed record Matcher(string Label, string Operator, string Value);

/// <summary>What a question in PromQL names: enough of the language for the files in docs.</summary>
internal static partial class PromQl
{
    private static readonly string[] Words = ["and", "or", "unless", "bool", "offset", "inf", "nan"];

    /// <summary>The metrics that are asked for, each with its matchers.</summary>
    public static IReadOnlyList<(string Metric, IReadOnlyList<Matcher> Matchers)> MetricsOf(string question)
    {
        var rest = Grouping().Replace(question, " ");
        return
        [
            .. Selector().Matches(rest)
                .Where(match => !Words.Contains(match.Groups["name"].Value, StringComparer.OrdinalIgnoreCase))
                .Select(match => (match.Groups["name"].Value, (IReadOnlyList<Matcher>)
                [
                    .. MatcherText().Matches(match.Groups["matchers"].Value)
                        .Select(each => new Matcher(each.Groups["label"].Value, each.Groups["op"].Value, each.Groups["value"].Value)),
                ])),
        ];
    }

    /// <summary>The labels that are grouped by.</summary>
    public static IReadOnlyList<string> LabelsGroupedBy(string question) =>
        [.. Grouping().Matches(question).SelectMany(match => match.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries))];

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();

    // Neither a function nor within a range.
    [GeneratedRegex("""(?<![a-zA-Z0-9_:\[$])(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?![a-zA-Z0-9_:]|\s*\()(\{(?<matchers>[^}]*)\})?""")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(?<label>[a-zA-Z_][a-zA-Z0-9_]*)\s*(?<op>=~|!~|!=|=)\s*""(?<value>[^""]*)""")]
    private static partial Regex MatcherText();
}
