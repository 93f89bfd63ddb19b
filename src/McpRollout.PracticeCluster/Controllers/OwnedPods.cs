using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers;

/// <summary>The pods of one owner: finding, making and judging them.</summary>
internal sealed class OwnedPods(AdmittedStore store)
{
    public List<JsonObject> Of(JsonObject owner) =>
        [.. store.Store.List(ResourceCatalog.Pods, owner.Namespace()).Where(pod => pod.IsControlledBy(owner))];

    public JsonObject Create(ResourceType ownerType, JsonObject owner, JsonObject template, Action<JsonObject> shape)
    {
        var metadata = new JsonObject { ["generateName"] = $"{owner.Name()}-" };
        foreach (var field in new[] { "labels", "annotations" })
            if (template.Object("metadata")?[field] is { } present) metadata[field] = present.DeepClone();
        metadata["ownerReferences"] = new JsonArray(OwnerReference.To(ownerType, owner));
        var spec = template.Object("spec")?.Clone() ?? [];
        spec.Default("enableServiceLinks", true);
        var pod = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = spec };
        shape(pod);
        return store.Create(ResourceCatalog.Pods, owner.Namespace(), pod, WriteOptions.Controller);
    }

    public void Delete(JsonObject pod) => store.Delete(ResourceCatalog.Pods, pod.Namespace(), pod.Name());

    public static bool IsReady(JsonObject pod) => ReadySince(pod) is not null;

    public bool IsAvailable(JsonObject pod, int minReadySeconds) =>
        ReadySince(pod) is { } since && (minReadySeconds == 0 || since.AddSeconds(minReadySeconds) <= store.Clock.Now);

    public static DateTimeOffset? ReadySince(JsonObject pod)
    {
        var ready = pod.Status().Condition("Ready");
        return ready.Text("status") == "True" ? Timestamp.Parse(ready.Text("lastTransitionTime")) : null;
    }
}
