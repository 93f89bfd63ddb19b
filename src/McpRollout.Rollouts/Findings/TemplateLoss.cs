using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>Which fields of a template another lacks or has otherwise. What the other has besides, as new defaults, does not
/// matter.</summary>
internal static class TemplateLoss
{
    /// <summary>The paths of what the other lacks.</summary>
    public static IEnumerable<string> Dropped(JsonElement asked, JsonElement answered) =>
        Between(asked, answered).Where(lost => lost.IsDropped).Select(lost => lost.Path);

    /// <summary>A path for each, without its value.</summary>
    public static IReadOnlyList<(string Path, bool IsDropped)> Between(JsonElement asked, JsonElement answered)
    {
        var lost = new List<(string, bool)>();
        Collect(lost, "", asked, answered);
        return lost;
    }

    private static void Collect(List<(string Path, bool IsDropped)> lost, string path, JsonElement asked, JsonElement answered)
    {
        if (asked.ValueKind == JsonValueKind.Object && answered.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in asked.EnumerateObject())
            {
                var inner = path.Length == 0 ? ShownValue.Name(member.Name) : $"{path}.{ShownValue.Name(member.Name)}";
                CollectMember(lost, inner, member.Value, answered.At(member.Name));
            }
        }
        else if (asked.ValueKind == JsonValueKind.Array && answered.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in asked.EnumerateArray().Index())
                CollectMember(lost, $"{path}[{ShownValue.Name(item.TextAt("name") ?? $"{index}")}]", item,
                    Counterpart(item, index, answered));
        }
        else if (!JsonElement.DeepEquals(asked, answered))
        {
            lost.Add((path, false));
        }
    }

    private static void CollectMember(
        List<(string Path, bool IsDropped)> lost, string path, JsonElement asked, JsonElement? answered)
    {
        if (answered is { } value)
            Collect(lost, path, asked, value);
        else if (!IsEmpty(asked))
            lost.Add((path, true));
    }

    // Items have a name in almost all lists of a template, and admission puts items of its own before or behind them.
    private static JsonElement? Counterpart(JsonElement item, int index, JsonElement answered)
    {
        var name = item.TextAt("name");
        // Items mostly stand where they stood.
        if (index < answered.GetArrayLength() && JsonElement.DeepEquals(answered[index], item))
            return item;
        var candidates = answered.EnumerateArray().ToList();
        if (name is not null && candidates.Where(candidate => candidate.TextAt("name") == name).ToList() is [var named])
            return named;
        if (candidates.Any(candidate => JsonElement.DeepEquals(candidate, item)))
            return item;
        return name is null && index < candidates.Count ? candidates[index] : null;
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };
}
