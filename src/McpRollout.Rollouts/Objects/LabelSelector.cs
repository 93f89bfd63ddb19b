using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Objects;

/// <summary>Selectors as text, by the grammar of <c>k8s.io/apimachinery/pkg/labels</c>.</summary>
internal static class LabelSelector
{
    /// <summary>
    /// The text form of a <c>LabelSelector</c> object, such as <c>app=checkout,tier in (api,web)</c>; sorted, so that equal selectors read
    /// the same.
    /// </summary>
    public static string Text(JsonElement? selector) => selector is not { } object_ ? "" : string.Join(',',
        object_.TextsAt("matchLabels").Select(wanted => $"{wanted.Key}={wanted.Value}")
            .Concat(object_.ItemsAt("matchExpressions").Select(Term))
            .Order(StringComparer.Ordinal));

    /// <summary>Whether a <c>LabelSelector</c> object selects these labels; an empty one selects all, none selects nothing.</summary>
    public static bool Matches(JsonElement? selector, IReadOnlyDictionary<string, string> labels) =>
        selector is { } object_
        && object_.TextsAt("matchLabels").All(wanted => labels.GetValueOrDefault(wanted.Key) == wanted.Value)
        && object_.ItemsAt("matchExpressions").All(expression => Matches(expression, labels));

    private static bool Matches(JsonElement expression, IReadOnlyDictionary<string, string> labels)
    {
        var value = labels.GetValueOrDefault(expression.TextAt("key") ?? "");
        var isListed = value is not null && expression.ItemsAt("values").Any(item => item.Text() == value);
        return expression.TextAt("operator") switch
        {
            "In" => isListed,
            "NotIn" => !isListed,
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }

    private static string Term(JsonElement expression)
    {
        var key = expression.TextAt("key");
        var values = string.Join(',', expression.ItemsAt("values").Select(value => value.GetString() ?? "").Order(StringComparer.Ordinal));
        return expression.TextAt("operator") switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "Exists" => $"{key}",
            "DoesNotExist" => $"!{key}",
            var other => throw new JsonException($"Unknown selector operator '{other}'."),
        };
    }
}
