namespace McpRollout.Rollouts.Text;

/// <summary>Values of a template as a change line may show them: short, in plain sight, and no secret.</summary>
internal static class ShownValue
{
    private const int NameLength = 80;
    private const int ValueLength = 60;
    private const int ArrayItems = 6;

    /// <summary>A name from the cluster.</summary>
    public static string Name(string? name) => VisibleText.Of(name ?? "", NameLength);

    /// <summary>A text, quoted where white space would blur its ends.</summary>
    public static string Text(string text)
    {
        var visible = VisibleText.Of(text, ValueLength);
        return visible.Length == 0 || visible.AsSpan().ContainsAny(' ', '"')
            ? $"\"{visible.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : visible;
    }

    /// <summary>A field's value; null when it is too large, or its name or looks tell a secret.</summary>
    public static string? Of(string field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Text(value.GetRawText()),
        JsonValueKind.String => OfText(field, value.GetString()!),
        JsonValueKind.Array => OfArray(value),
        _ => null,
    };

    /// <summary>An annotation's or label's value; null when it must not be shown.</summary>
    public static string? OfAnnotation(string name, string value) =>
        value.Length <= ValueLength && TemplateMask.MaskAnnotation(name, value) == value ? Text(value) : null;

    private static string? OfText(string field, string value) =>
        value.Length > 4 * ValueLength || TemplateMask.IsSecretField(field) || SecretText.MaskMarked(value) != value ? null : Text(value);

    private static string? OfArray(JsonElement array)
    {
        if (array.GetArrayLength() > ArrayItems
            || array.EnumerateArray().Any(item => item.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)))
            return null;

        var text = $"[{string.Join(", ", SecretText.MaskArguments([.. array.EnumerateArray().Select(item => item.ToString())]))}]";
        return text.Length > ValueLength ? null : VisibleText.Of(text, ValueLength);
    }
}
