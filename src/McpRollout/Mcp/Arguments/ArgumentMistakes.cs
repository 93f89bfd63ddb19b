namespace McpRollout.Mcp.Arguments;

/// <summary>Words mistakes in arguments so that an agent can put them right.</summary>
internal static class ArgumentMistakes
{
    private const int ShownLength = 60;

    /// <summary>All mistakes of a call in one text.</summary>
    public static string Text(string tool, IReadOnlyList<string> mistakes) => mistakes is [var only]
        ? $"{tool} was not called: {only}."
        : $"{tool} was not called. Put all of these right and call it again:\n- {string.Join("\n- ", mistakes)}";

    /// <summary>An argument that must be given is not.</summary>
    public static string Missing(string name, JsonElement rule)
    {
        if (rule.TryGetProperty("enum", out var choices))
            return $"{name} is missing: give {Choices([.. choices.EnumerateArray().Select(choice => choice.GetString()!)])}; it is never "
                + "guessed";
        return rule.TryGetProperty("description", out var meaning)
            ? $"{name} is missing ({meaning.GetString()!.TrimEnd('.')})"
            : $"{name} is missing";
    }

    public static string Unknown(string name, IReadOnlyList<string> known) => SimilarName.Nearest(name, known) is { } meant
        ? $"there is no argument {Shown(name)}; use {meant}"
        : $"there is no argument {Shown(name)}; there are {string.Join(", ", known)}";

    /// <summary>A text is none of those allowed; null if it is one.</summary>
    public static string? NotOneOf(string name, string text, IReadOnlyList<string> allowed)
    {
        var advice = ResourceTypeAdvice.For(text, allowed.Contains(ReleaseRef.TypeName)) ?? $"it must be {Choices(allowed)}";
        return allowed.Contains(text) ? null : $"{name} {Shown(text)}: {advice}";
    }

    /// <summary>A text is not a name as Kubernetes has them.</summary>
    public static string NotAName(string name, string text)
    {
        var bare = text[(text.LastIndexOf('/') + 1)..];
        return bare.Length > 0 && bare.Length < text.Length
            ? $"{name} {Shown(text)}: give the bare name, {Shown(bare)}"
            : $"{name} {Shown(text)} is not a Kubernetes name: lower-case letters, digits and \"-\" "
                + $"only{(name == "name" ? ", and \".\"" : "")}";
    }

    /// <summary>Says what kind of value came instead.</summary>
    public static string WhatCame(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.Text() is { } text => $"the text {Shown(text)}",
        JsonValueKind.String => "half of a surrogate pair, which is no text,",
        JsonValueKind.Number => $"the number {VisibleText.Of(value.GetRawText(), ShownLength)}",
        JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Array => "a list",
        _ => "an object",
    };

    private static string Shown(string text) => $"\"{VisibleText.Of(text, ShownLength)}\"";

    private static string Choices(IReadOnlyList<string> choices) =>
        $"{string.Join(", ", choices.SkipLast(1).Select(Shown))} or {Shown(choices[^1])}";
}
