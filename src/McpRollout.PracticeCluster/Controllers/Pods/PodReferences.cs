using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;

namespace McpRollout.PracticeCluster.Controllers.Pods;

/// <summary>What a pod refers to and is not there, in the words of the scheduler and the kubelet.</summary>
internal sealed class PodReferences(ObjectStore store)
{
    /// <summary>Why no node can take the pod.</summary>
    public string? MissingClaim(JsonObject pod) => pod.Spec().Objects("volumes")
        .Select(volume => volume.Object("persistentVolumeClaim").Text("claimName"))
        .Where(claim => claim is not null && store.Find(ResourceCatalog.PersistentVolumeClaims, pod.Namespace(), claim) is null)
        .Select(claim => $"persistentvolumeclaim \"{claim}\" not found")
        .FirstOrDefault();

    /// <summary>Why a volume cannot be mounted.</summary>
    public (string Volume, string Problem)? Unmountable(JsonObject pod) => pod.Spec().Objects("volumes")
        .SelectMany(volume => Sources(volume)
            .Select(source => (Volume: volume.Text("name") ?? "", Problem: ProblemOf(pod, source, InVolume))))
        .Where(found => found.Problem is not null)
        .Select(found => ((string, string)?)(found.Volume, found.Problem!))
        .FirstOrDefault();

    /// <summary>Why the container's environment cannot be made.</summary>
    public string? MissingForEnvironment(JsonObject pod, JsonObject container) => container.Objects("envFrom")
        .SelectMany(source => Whole(source.Object("configMapRef"), source.Object("secretRef"), "name"))
        .Concat(container.Objects("env").SelectMany(entry => OneKey(entry.Object("valueFrom"))))
        .Select(source => ProblemOf(pod, source, InEnvironment))
        .FirstOrDefault(problem => problem is not null);

    private string? ProblemOf(JsonObject pod, Source source, Func<JsonObject, Source, string, string> missingKey)
    {
        if (source.IsOptional) return null;
        if (store.Find(source.Type, pod.Namespace(), source.Name) is not { } found)
            return $"{source.Type.Kind.ToLowerInvariant()} \"{source.Name}\" not found";
        var absent = source.Keys.FirstOrDefault(key =>
            found.Object("data")?.ContainsKey(key) is not true && found.Object("binaryData")?.ContainsKey(key) is not true);
        return absent is null ? null : missingKey(pod, source, absent);
    }

    private static string InEnvironment(JsonObject pod, Source source, string key) =>
        $"couldn't find key {key} in {source.Type.Kind} {pod.Namespace()}/{source.Name}";

    private static string InVolume(JsonObject pod, Source source, string key) =>
        source.Type == ResourceCatalog.Secrets
            ? $"references non-existent secret key: {key}"
            : $"configmap references non-existent config key: {key}";

    private static IEnumerable<Source> Sources(JsonObject volume) =>
        volume.Object("projected").Objects("sources")
            .SelectMany(source => Whole(source.Object("configMap"), source.Object("secret"), "name"))
            .Concat(Whole(volume.Object("configMap"), volume.Object("secret"), "secretName"));

    private static IEnumerable<Source> Whole(JsonObject? configMap, JsonObject? secret, string secretName)
    {
        if (configMap is not null) yield return Read(ResourceCatalog.ConfigMaps, configMap, "name");
        if (secret is not null) yield return Read(ResourceCatalog.Secrets, secret, secretName);
    }

    private static IEnumerable<Source> OneKey(JsonObject? valueFrom)
    {
        foreach (var (field, type) in new[] { ("configMapKeyRef", ResourceCatalog.ConfigMaps), ("secretKeyRef", ResourceCatalog.Secrets) })
        {
            if (valueFrom.Object(field) is { } reference)
                yield return Read(type, reference, "name") with { Keys = [reference.Text("key") ?? ""] };
        }
    }

    private static Source Read(ResourceType type, JsonObject reference, string name) =>
        new(type, reference.Text(name) ?? "", reference.Flag("optional"),
            [.. reference.Objects("items").Select(item => item.Text("key") ?? "")]);

    private sealed record Source(ResourceType Type, string Name, bool IsOptional, IReadOnlyList<string> Keys);
}
