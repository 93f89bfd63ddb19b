using System.Text.Json;

namespace McpRollout.Rollouts;

/// <summary>Finds the ConfigMaps and Secrets that a pod template reads.</summary>
internal static class ConfigReferences
{
    /// <summary>Each of them once, as <c>ConfigMap checkout</c> or <c>Secret db</c>, sorted.</summary>
    public static IReadOnlyList<string> In(JsonElement template)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var volume in template.ItemsAt("spec", "volumes"))
        {
            AddVolume(found, volume);
            foreach (var source in volume.ItemsAt("projected", "sources"))
                AddVolume(found, source);
        }

        foreach (var field in PodTemplate.ContainerFields)
        {
            foreach (var container in template.ItemsAt("spec", field))
                AddContainer(found, container);
        }

        return [.. found];
    }

    private static void AddVolume(SortedSet<string> found, JsonElement source)
    {
        Add(found, "ConfigMap", source.TextAt("configMap", "name"));
        Add(found, "Secret", source.TextAt("secret", "secretName") ?? source.TextAt("secret", "name"));
    }

    private static void AddContainer(SortedSet<string> found, JsonElement container)
    {
        foreach (var source in container.ItemsAt("envFrom"))
        {
            Add(found, "ConfigMap", source.TextAt("configMapRef", "name"));
            Add(found, "Secret", source.TextAt("secretRef", "name"));
        }

        foreach (var variable in container.ItemsAt("env"))
        {
            Add(found, "ConfigMap", variable.TextAt("valueFrom", "configMapKeyRef", "name"));
            Add(found, "Secret", variable.TextAt("valueFrom", "secretKeyRef", "name"));
        }
    }

    private static void Add(SortedSet<string> found, string kind, string? name)
    {
        if (name is not null)
            found.Add($"{kind} {ShownValue.Name(name)}");
    }
}
