namespace McpRollout.Rollouts.Json;

/// <summary>Reads members of the cluster's own JSON. What is absent, null or of another type than asked for is simply not there.</summary>
internal static class JsonReading
{
    /// <summary>The value at a path of member names, unless it is absent or null.</summary>
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }

        return element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : element;
    }

    /// <summary>The text that a value is; null of another type, and of an escaped half of a surrogate pair, which is no text.</summary>
    public static string? Text(this JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static string? TextAt(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path)?.Text();

    public static long? NumberAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    /// <summary>The whole number at a path, within an <see cref="int"/>; 0 when it is not there, as Kubernetes leaves zeros out.</summary>
    public static int CountAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        (int)Math.Clamp(element.NumberAt(path) ?? 0, int.MinValue, int.MaxValue);

    public static bool IsTrueAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.True };

    /// <summary>The moment at a path (RFC 3339).</summary>
    public static DateTimeOffset? MomentAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(element.TextAt(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : null;

    public static JsonElement.ArrayEnumerator ItemsAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;

    public static JsonElement.ObjectEnumerator MembersAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : default;

    /// <summary>The map of names to texts at a path (labels, annotations), sorted by name.</summary>
    public static IReadOnlyDictionary<string, string> TextsAt(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in element.MembersAt(path))
        {
            if (member.Value.Text() is { } text)
                texts[member.Name] = text;
        }

        return texts;
    }

    public static bool IsControlledBy(this JsonElement element, string uid) => element.ControllerUid() == uid;

    /// <summary>The reference to the object's controller, the one owner with <c>controller: true</c>.</summary>
    public static JsonElement? Controller(this JsonElement element) =>
        element.ItemsAt("metadata", "ownerReferences").Cast<JsonElement?>().FirstOrDefault(owner => owner?.IsTrueAt("controller") == true);

    public static string? ControllerUid(this JsonElement element) => element.Controller()?.TextAt("uid");
}
