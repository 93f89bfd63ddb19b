using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>
/// A server whose gate for a feature is closed drops the feature's fields from what it is sent, unless the object has them already
/// (k8s.io/kubernetes/pkg/api/pod, DropDisabledTemplateFields). Here that is the fate of a pod's claims of devices.
/// </summary>
internal static class ResourceClaims
{
    public static void Drop(ResourceType type, JsonObject? before, JsonObject after)
    {
        if (PodSpec(type, after) is not { } spec || PodSpec(type, before)?["resourceClaims"] is not null) return;
        spec.Remove("resourceClaims");
        foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
            container.Object("resources")?.Remove("claims");
    }

    private static JsonObject? PodSpec(ResourceType type, JsonObject? value) =>
        type == ResourceCatalog.Pods ? value?.Spec()
        : ResourceCatalog.HasPodTemplate(type) ? value?.Spec().Object("template").Object("spec")
        : null;
}
