using System.Text.RegularExpressions;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Selection;

/// <summary>Label selectors, both as query text (<c>a=b,c in (d,e),!f</c>) and as the object in a spec.</summary>
internal sealed partial class LabelSelector
{
    public static readonly LabelSelector Everything = new([]);

    private readonly List<Requirement> _requirements;

    private LabelSelector(List<Requirement> requirements) => _requirements = requirements;

    public static LabelSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return Everything;
        var requirements = new List<Requirement>();
        var rest = text.Trim();
        while (rest.Length > 0)
        {
            var match = RequirementPattern().Match(rest);
            if (!match.Success) throw new InvalidSelectorException($"unable to parse requirement: {rest}");
            requirements.Add(Read(match));
            rest = rest[match.Length..];
        }
        return new(requirements);
    }

    public static LabelSelector From(JsonObject? selector)
    {
        var requirements = new List<Requirement>();
        foreach (var (key, value) in selector.Object("matchLabels") ?? []) requirements.Add(new(key, "In", [value!.GetValue<string>()]));
        foreach (var expression in selector.Objects("matchExpressions"))
        {
            var values = expression.Array("values")?.Select(value => value!.GetValue<string>()).ToArray() ?? [];
            requirements.Add(new(expression.Text("key") ?? "", expression.Text("operator") ?? "", values));
        }
        return new(requirements);
    }

    public bool Matches(JsonObject? labels) => _requirements.TrueForAll(requirement => requirement.Holds(labels));

    private static Requirement Read(Match match)
    {
        var key = match.Groups["key"].Value;
        var values = match.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries);
        if (match.Groups["set"].Success) return new(key, match.Groups["set"].Value == "in" ? "In" : "NotIn", values);
        if (match.Groups["equality"].Success)
            return new(key, match.Groups["equality"].Value == "!=" ? "NotIn" : "In", [match.Groups["value"].Value]);
        return new(key, match.Groups["absent"].Success ? "DoesNotExist" : "Exists", []);
    }

    [GeneratedRegex(@"^\s*(?<absent>!)?\s*(?<key>[A-Za-z0-9][-A-Za-z0-9_./]*)"
        + @"(\s+(?<set>in|notin)\s*\((?<values>[^()]*)\)|\s*(?<equality>==|=|!=)\s*(?<value>[-A-Za-z0-9_.]*))?\s*(,|$)")]
    private static partial Regex RequirementPattern();

    private sealed record Requirement(string Key, string Operator, string[] Values)
    {
        public bool Holds(JsonObject? labels)
        {
            var value = labels.Text(Key);
            return Operator switch
            {
                "In" => value is not null && Values.Contains(value),
                "NotIn" => value is null || !Values.Contains(value),
                "Exists" => value is not null,
                _ => value is null,
            };
        }
    }
}
