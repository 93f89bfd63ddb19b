using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Objects;

/// <summary>An object that a pod template refers to by name, and by key if one is named; pods start without what is optional.</summary>
internal sealed record TemplateReference(ReferencedKind Kind, string Name, string? Key = null, bool Optional = false)
{
    /// <summary>Whether containers read it; a pull secret is read for them.</summary>
    public bool IsRead { get; private init; } = Kind is ReferencedKind.ConfigMap or ReferencedKind.Secret;

    /// <summary>As a sentence names it.</summary>
    public string Label => $"{Kind} {ShownValue.Name(Name)}";

    /// <summary>
    /// All references of a template, in its order. What every cluster has by itself (the account <c>default</c>, the classes
    /// <c>system-*</c>) is left out.
    /// </summary>
    public static IReadOnlyList<TemplateReference> In(JsonElement template)
    {
        var found = new List<TemplateReference>();
        foreach (var volume in template.ItemsAt("spec", "volumes"))
        {
            AddSource(found, volume);
            foreach (var source in volume.ItemsAt("projected", "sources"))
                AddSource(found, source);
        }

        foreach (var (_, container) in PodTemplate.Containers(template))
            AddContainer(found, container);
        foreach (var secret in template.ItemsAt("spec", "imagePullSecrets"))
            Add(found, ReferencedKind.Secret, secret, "name", isRead: false);
        if (template.At("spec") is { } spec)
        {
            if (spec.TextAt("serviceAccountName") is not "default")
                Add(found, ReferencedKind.ServiceAccount, spec, "serviceAccountName");
            if (spec.TextAt("priorityClassName")?.StartsWith("system-", StringComparison.Ordinal) is false)
                Add(found, ReferencedKind.PriorityClass, spec, "priorityClassName");
        }

        return found;
    }

    /// <summary>The ConfigMaps and Secrets that its containers read, each once, as <c>ConfigMap checkout</c> or <c>Secret db</c>,
    /// sorted.</summary>
    public static IReadOnlyList<string> ReadBy(JsonElement template) =>
        [.. In(template).Where(reference => reference.IsRead).Select(reference => reference.Label).Distinct()
            .Order(StringComparer.Ordinal)];

    private static void AddSource(List<TemplateReference> found, JsonElement source)
    {
        Add(found, ReferencedKind.ConfigMap, source.At("configMap"), "name");
        Add(found, ReferencedKind.Secret, source.At("secret"), source.At("secret", "secretName") is null ? "name" : "secretName");
        Add(found, ReferencedKind.Secret, source.At("csi", "nodePublishSecretRef"), "name", isRead: false);
        Add(found, ReferencedKind.PersistentVolumeClaim, source.At("persistentVolumeClaim"), "claimName");
    }

    private static void AddContainer(List<TemplateReference> found, JsonElement container)
    {
        foreach (var source in container.ItemsAt("envFrom"))
        {
            Add(found, ReferencedKind.ConfigMap, source.At("configMapRef"), "name");
            Add(found, ReferencedKind.Secret, source.At("secretRef"), "name");
        }

        foreach (var variable in container.ItemsAt("env"))
        {
            Add(found, ReferencedKind.ConfigMap, variable.At("valueFrom", "configMapKeyRef"), "name");
            Add(found, ReferencedKind.Secret, variable.At("valueFrom", "secretKeyRef"), "name");
        }
    }

    // A reference names one key (environment), several (the items of a volume) or none (all of them).
    private static void Add(
        List<TemplateReference> found, ReferencedKind kind, JsonElement? reference, string nameField, bool isRead = true)
    {
        if (reference is not { } source || source.TextAt(nameField) is not { Length: > 0 } name)
            return;

        var keys = source.ItemsAt("items").Select(item => item.TextAt("key")).DefaultIfEmpty(source.TextAt("key"));
        var references = keys.Select(key => new TemplateReference(kind, name, key, source.IsTrueAt("optional")));
        found.AddRange(isRead ? references : references.Select(reference => reference with { IsRead = false }));
    }
}
