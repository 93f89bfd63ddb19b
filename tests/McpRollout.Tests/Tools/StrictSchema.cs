using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace McpRollout.Tests.Tools;

/// <summary>Validates by the part of JSON Schema 2020-12 that this project's schemas use, and fails on a keyword that it does not
/// know.</summary>
internal static class StrictSchema
{
    private static readonly HashSet<string> Annotations = ["$schema", "title", "description", "default"];

    public static IReadOnlyList<string> Errors(JsonObject schema, JsonNode? value, string path = "$")
    {
        var errors = new List<string>();
        foreach (var (keyword, rule) in schema)
            errors.AddRange(Errors(schema, keyword, rule!, value, path));
        return errors;
    }

    public static void AssertValid(JsonObject schema, JsonNode? value) => Assert.Empty(Errors(schema, value));

    /// <summary>What a <c>$ref</c> into the same schema refers to, or the schema itself.</summary>
    public static JsonObject Resolved(JsonObject from, JsonObject schema) => schema["$ref"] is not { } reference
        ? schema
        : reference.GetValue<string>().Split('/').Skip(1).Aggregate(from.Root, (found, name) => found[name]!).AsObject();

    private static IEnumerable<string> Errors(JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string path) =>
        keyword switch
        {
            "type" => Types(rule).Any(type => IsOf(type, value))
                ? []
                : [$"{path}: {value?.ToJsonString() ?? "null"} is not {rule.ToJsonString()}"],
            "enum" => rule.AsArray().Any(choice => JsonNode.DeepEquals(choice, value))
                ? []
                : [$"{path}: {value?.ToJsonString()} is none of {rule.ToJsonString()}"],
            "properties" => value is JsonObject members
                ? rule.AsObject().Where(property => members.ContainsKey(property.Key))
                    .SelectMany(property => Errors(property.Value!.AsObject(), members[property.Key], $"{path}.{property.Key}"))
                : [],
            "required" => value is JsonObject present
                ? rule.AsArray().Select(name => name!.GetValue<string>()).Where(name => !present.ContainsKey(name))
                    .Select(name => $"{path}: {name} is missing")
                : [],
            "additionalProperties" when rule is JsonObject others => value is JsonObject named
                ? named.SelectMany(member => Errors(Resolved(schema, others), member.Value, $"{path}.{member.Key}"))
                : [],
            "additionalProperties" when !rule.GetValue<bool>() => value is JsonObject all
                ? all.Where(member => !schema["properties"]!.AsObject().ContainsKey(member.Key))
                    .Select(member => $"{path}: {member.Key} is not known")
                : [],
            "items" => value is JsonArray items ? items.SelectMany((item, at) => Errors(rule.AsObject(), item, $"{path}[{at}]")) : [],
            "minimum" => IsOf("number", value) && value!.GetValue<decimal>() < rule.GetValue<decimal>()
                ? [$"{path}: less than {rule}"]
                : [],
            "maximum" => IsOf("number", value) && value!.GetValue<decimal>() > rule.GetValue<decimal>()
                ? [$"{path}: more than {rule}"]
                : [],
            "minLength" => IsOf("string", value) && value!.GetValue<string>().EnumerateRunes().Count() < rule.GetValue<int>()
                ? [$"{path}: too short"]
                : [],
            "maxLength" => IsOf("string", value) && value!.GetValue<string>().EnumerateRunes().Count() > rule.GetValue<int>()
                ? [$"{path}: too long"]
                : [],
            "pattern" =>
                IsOf("string", value)
                && !Regex.IsMatch(value!.GetValue<string>(), rule.GetValue<string>().Replace("$", @"\z", StringComparison.Ordinal))
                ? [$"{path}: does not match {rule}"]
                : [],
            "if" => Errors(schema[Errors(rule.AsObject(), value, path).Count == 0 ? "then" : "else"]!.AsObject(), value, path),
            "then" or "else" => [],
            _ when Annotations.Contains(keyword) => [],
            _ => throw new NotSupportedException($"The keyword {keyword} at {path} is not one that this validator knows."),
        };

    private static IEnumerable<string> Types(JsonNode rule) =>
        rule is JsonArray several ? several.Select(type => type!.GetValue<string>()) : [rule.GetValue<string>()];

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind()) switch
    {
        ("null", null) => true,
        ("object", System.Text.Json.JsonValueKind.Object) => true,
        ("array", System.Text.Json.JsonValueKind.Array) => true,
        ("string", System.Text.Json.JsonValueKind.String) => true,
        ("boolean", System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False) => true,
        ("number", System.Text.Json.JsonValueKind.Number) => true,
        ("integer", System.Text.Json.JsonValueKind.Number) => decimal.IsInteger(value!.GetValue<decimal>()),
        ("null" or "object" or "array" or "string" or "boolean" or "number" or "integer", _) => false,
        _ => throw new NotSupportedException($"The type {type} is not one of JSON Schema."),
    };
}
