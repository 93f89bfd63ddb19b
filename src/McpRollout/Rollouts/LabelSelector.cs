using System.Text.Json;

namespace McpRollout.Rollouts;

/// <summary>Selectors as text, by the grammar of <c>k8s.io/apimachinery/pkg/labels</c>.</summary>
internal static class LabelSelector
{
    /// <summary>
    /// The text form of a <c>LabelSelector</c> object, such as <c>app=checkout,tier in (api,web)</c>; sorted, so that equal selectors read the same.
    /// </summary>
    public static string Text(JsonElement? selector)
    {
        if (selector is not { } object_)
            return "";

        var terms = new List<string>();
        foreach (var (name, value) in object_.TextsAt("matchLabels"))
            terms.Add($"{name}={value}");

        foreach (var expression in object_.ItemsAt("matchExpressions"))
            terms.Add(Text(expression));

        terms.Sort(StringComparer.Ordinal);
        return string.Join(',', terms);
    }

    private static string Text(JsonElement expression)
    {
        var key = expression.TextAt("key");
        var values = new List<string>();
        foreach (var value in expression.ItemsAt("values"))
            values.Add(value.GetString() ?? "");

        values.Sort(StringComparer.Ordinal);
        return expression.TextAt("operator") switch
        {
            "In" => $"{key} in ({string.Join(',', values)})",
            "NotIn" => $"{key} notin ({string.Join(',', values)})",
            "Exists" => $"{key}",
            "DoesNotExist" => $"!{key}",
            var other => throw new JsonException($"Unknown selector operator '{other}'."),
        };
    }
}
