using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Changes;

/// <summary>Compares the environment of a container. A literal value is never shown, only that it changed.</summary>
internal static class EnvironmentChanges
{
    /// <summary>The variables of <c>env</c>.</summary>
    public static void Variables(List<string> lines, string container, JsonElement? older, JsonElement? newer)
    {
        string Label(JsonElement variable) => $"{container}env {ShownValue.Name(variable.TextAt("name"))}";
        ListChanges.Describe(
            lines,
            new(
                $"{container}env",
                variable => variable.TextAt("name") ?? "",
                Label,
                variable => Source(variable) is { } source ? $" from {source}" : "",
                (into, before, after) => into.Add($"{Label(after)} {Compare(Source(before), Source(after))}")),
            older,
            newer);
    }

    /// <summary>The ConfigMaps and Secrets of <c>envFrom</c>.</summary>
    public static void Sources(List<string> lines, string container, JsonElement? older, JsonElement? newer)
    {
        static string Text(JsonElement source) =>
            Reference("ConfigMap", source.At("configMapRef")) ?? Reference("Secret", source.At("secretRef")) ?? "another source";

        string Label(JsonElement source) => $"{container}envFrom {Text(source)}";
        ListChanges.Describe(
            lines,
            new($"{container}envFrom", Text, Label, _ => "",
                (into, before, after) => FieldChanges.DescribeItem(into, Label(after), before, after)),
            older,
            newer);
    }

    private static string Compare(string? before, string? after) => (before, after) switch
    {
        (null, null) => "changed",
        (_, null) => $"now a literal value (was from {before})",
        (null, _) => $"now from {after}",
        _ => before == after ? "changed" : $"now from {after} (was {before})",
    };

    // Null for a literal value.
    private static string? Source(JsonElement variable)
    {
        if (variable.At("valueFrom") is not { } from)
            return null;

        return Key("Secret", from.At("secretKeyRef"))
            ?? Key("ConfigMap", from.At("configMapKeyRef"))
            ?? (from.TextAt("fieldRef", "fieldPath") is { } field ? $"field {ShownValue.Name(field)}" : null)
            ?? (from.TextAt("resourceFieldRef", "resource") is { } resource ? $"resource {ShownValue.Name(resource)}" : null)
            ?? "another source";
    }

    private static string? Key(string kind, JsonElement? reference) =>
        Reference(kind, reference) is { } name ? $"{name} key {ShownValue.Name(reference?.TextAt("key"))}" : null;

    private static string? Reference(string kind, JsonElement? reference) =>
        reference is null ? null : $"{kind} {ShownValue.Name(reference.Value.TextAt("name"))}";
}
