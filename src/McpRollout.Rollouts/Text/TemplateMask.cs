namespace McpRollout.Rollouts.Text;

/// <summary>Pod templates and annotations as they may be shown: no secret that can be told by its place, its name or its looks.</summary>
internal static class TemplateMask
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>
    /// The template with every literal environment value as <c>***</c>, credentials in commands, arguments, headers and volume attributes
    /// masked, and annotations as <see cref="MaskAnnotations"/> leaves them. References to ConfigMaps and Secrets stay.
    /// </summary>
    public static JsonNode Mask(JsonElement template)
    {
        var node = JsonNode.Parse(template.GetRawText())!;
        MaskIn(node);
        return node;
    }

    /// <summary>Annotations with whole manifests and what looks like a secret masked, sorted by name.</summary>
    public static IReadOnlyDictionary<string, string> MaskAnnotations(IReadOnlyDictionary<string, string> annotations) =>
        new SortedDictionary<string, string>(
            annotations.ToDictionary(each => each.Key, each => MaskAnnotation(each.Key, each.Value)), StringComparer.Ordinal);

    /// <summary>Whether a text field must not be shown because of its name. A reference (<c>secretName</c>, a <c>key</c> within one)
    /// may.</summary>
    public static bool IsSecretField(string name) => SecretText.IsSecretName(name);

    /// <summary>One annotation's value as it may be shown.</summary>
    public static string MaskAnnotation(string name, string value) =>
        name == LastApplied || HoldsManifest(value) || SecretText.IsSecretName(name[(name.LastIndexOf('/') + 1)..])
            ? SecretText.Stars
            : SecretText.Mask(value);

    private static bool HoldsManifest(string value)
    {
        var start = value.AsSpan().TrimStart();
        return start.StartsWith("{") || start.StartsWith("[")
            || (value.Contains('\n', StringComparison.Ordinal) && value.Contains(':', StringComparison.Ordinal));
    }

    private static void MaskIn(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                MaskIn(item);
            return;
        }

        if (node is not JsonObject members)
            return;

        foreach (var (name, value) in members.ToList())
        {
            if (Masked(members, name, value) is { } masked)
                members[name] = masked;
            else
                MaskIn(value);
        }
    }

    private static JsonNode? Masked(JsonObject owner, string name, JsonNode? value) => (name, value) switch
    {
        ("env", JsonArray variables) => MaskValues(variables, static (_, _) => SecretText.Stars),
        ("httpHeaders", JsonArray headers) =>
            MaskValues(headers, static (header, text) => SecretText.MaySecretName(header) ? SecretText.Stars : SecretText.Mask(text)),
        ("args", JsonArray arguments) when arguments.All(IsText) => MaskArguments(arguments, Texts(owner["command"])),
        ("command", JsonArray arguments) when arguments.All(IsText) => MaskArguments(arguments, []),
        ("image", JsonValue) => null,
        ("annotations", JsonObject annotations) => MaskEach(annotations),
        (_, JsonValue) when IsText(value) => IsSecretField(name) ? SecretText.Stars : SecretText.MaskMarked(value!.GetValue<string>()),
        _ => null,
    };

    private static JsonArray MaskValues(JsonArray items, Func<string, string, string> mask)
    {
        var copy = items.DeepClone().AsArray();
        foreach (var item in copy)
        {
            if (item is JsonObject pair && IsText(pair["value"]))
                pair["value"] = mask(IsText(pair["name"]) ? pair["name"]!.GetValue<string>() : "", pair["value"]!.GetValue<string>());
        }

        return copy;
    }

    private static JsonArray MaskArguments(JsonArray arguments, IReadOnlyList<string> command) =>
        new([.. SecretText.MaskArguments(Texts(arguments), command).Select(text => (JsonNode)text)]);

    private static IReadOnlyList<string> Texts(JsonNode? list) =>
        list is JsonArray items && items.All(IsText) ? [.. items.Select(item => item!.GetValue<string>())] : [];

    private static JsonObject MaskEach(JsonObject annotations) => new(annotations.Select(each => KeyValuePair.Create(
        each.Key, (JsonNode?)(IsText(each.Value) ? MaskAnnotation(each.Key, each.Value!.GetValue<string>()) : SecretText.Stars))));

    private static bool IsText(JsonNode? node) => node is JsonValue && node.GetValueKind() == JsonValueKind.String;
}
