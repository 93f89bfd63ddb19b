using System.Text.RegularExpressions;

namespace McpRollout.Mcp.Arguments;

/// <summary>
/// Compares a call's arguments with the tool's own input schema and finds all mistakes at once. It knows the part of JSON Schema that
/// <c>schemas/tools</c> uses, and is stricter in one thing: a text that must not be empty must not be blank either. Null counts as not
/// given.
/// </summary>
internal static class ArgumentCheck
{
    /// <summary>Every mistake as a sentence that says what to do instead; empty if there is none.</summary>
    public static IReadOnlyList<string> Mistakes(JsonElement schema, IDictionary<string, JsonElement> given)
    {
        var properties = schema.GetProperty("properties");
        var required = schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal);
        var mistakes = new List<string>();
        foreach (var property in properties.EnumerateObject())
        {
            var isGiven = given.TryGetValue(property.Name, out var value) && value.ValueKind != JsonValueKind.Null;
            if (isGiven && Mistake(property.Name, property.Value, value) is { } mistake)
                mistakes.Add(mistake);
            else if (!isGiven && required.Contains(property.Name))
                mistakes.Add(ArgumentMistakes.Missing(property.Name, property.Value));
        }

        var known = properties.EnumerateObject().Select(property => property.Name).ToList();
        mistakes.AddRange(given.Keys.Except(known).Order(StringComparer.Ordinal).Select(name => ArgumentMistakes.Unknown(name, known)));
        return mistakes;
    }

    private static string? Mistake(string name, JsonElement rule, JsonElement value) => rule.GetProperty("type").GetString() switch
    {
        "string" => value.Text() is { } text
            ? TextMistake(name, rule, text)
            : $"{name} must be a text; {ArgumentMistakes.WhatCame(value)} came",
        "integer" => IsWhole(value, out var number)
            ? NumberMistake(name, rule, number)
            : $"{name} must be a whole number; {ArgumentMistakes.WhatCame(value)} came",
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? null
            : $"{name} must be true or false; {ArgumentMistakes.WhatCame(value)} came",
        var other => throw new NotSupportedException($"The type {other} of {name} is not one that input schemas use."),
    };

    private static string? TextMistake(string name, JsonElement rule, string text)
    {
        if (rule.TryGetProperty("enum", out var allowed))
            return ArgumentMistakes.NotOneOf(name, text, [.. allowed.EnumerateArray().Select(choice => choice.GetString()!)]);
        if (string.IsNullOrWhiteSpace(text))
            return $"{name} is empty";
        // No name has it, and PostgreSQL takes no text with it.
        if (text.Contains('\0', StringComparison.Ordinal))
            return $"{name} has the character U+0000: leave it out";
        if (rule.TryGetProperty("maxLength", out var longest) && text.EnumerateRunes().Count() is var length && length > longest.GetInt32())
            return $"{name} has {length} characters; give at most {longest.GetInt32()}";
        return rule.TryGetProperty("pattern", out var pattern) && !Matches(pattern.GetString()!, text)
            ? ArgumentMistakes.NotAName(name, text)
            : null;
    }

    private static string? NumberMistake(string name, JsonElement rule, decimal number)
    {
        decimal? least = rule.TryGetProperty("minimum", out var minimum) ? minimum.GetDecimal() : null;
        decimal? most = rule.TryGetProperty("maximum", out var maximum) ? maximum.GetDecimal() : null;
        if (most is null && number > long.MaxValue)
            return $"{name} is too large; {number} came";
        if (number < least || number > most)
            return $"{name} must be {(most is null ? $"at least {least}" : $"from {least} to {most}")}; {number} came";
        return null;
    }

    // As JSON Schema has it, 3.0 is a whole number too.
    private static bool IsWhole(JsonElement value, out decimal number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out number) && decimal.IsInteger(number);
    }

    // In .NET a $ also matches before a line break at the end, in JSON Schema it does not.
    private static bool Matches(string pattern, string text) =>
        Regex.Match(text, pattern, RegexOptions.CultureInvariant) is { Success: true } match && match.Length == text.Length;
}
