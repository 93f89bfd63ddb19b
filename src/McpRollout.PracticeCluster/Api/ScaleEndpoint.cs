using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Patching;

namespace McpRollout.PracticeCluster.Api;

/// <summary>The scale subresource: a workload seen as a number of replicas.</summary>
internal sealed class ScaleEndpoint(AdmittedStore store)
{
    private static readonly ResourceType ScaleType = new("autoscaling", "v1", "scales", "Scale", true);

    public ApiAnswer Answer(ApiRequest request, ResourceType type, ResourcePath path)
    {
        switch (request.Method)
        {
            case "GET":
                var found = store.Store.Find(type, path.Namespace, path.Name) ?? throw ApiErrors.NotFound(type, path.Name);
                return ApiAnswer.Ok(ScaleOf(found));
            case "PUT":
                var wanted = request.ReadObject(ScaleType);
                return Change(request, type, path, _ => wanted);
            case "PATCH":
                var patch = request.ReadJson();
                var isJsonPatch = request.ContentType.StartsWith("application/json-patch", StringComparison.Ordinal);
                return Change(request, type, path, scale => isJsonPatch ? JsonPatch.Apply(scale, patch) : MergePatch.Apply(scale, patch));
            default:
                throw ApiErrors.MethodNotAllowed();
        }
    }

    private ApiAnswer Change(ApiRequest request, ResourceType type, ResourcePath path, Func<JsonObject, JsonObject> change)
    {
        var changed = store.Update(type, path.Namespace, path.Name, value =>
        {
            var scale = change(ScaleOf(value));
            if (scale.Object("metadata").Text("resourceVersion") is { Length: > 0 } version) value.Metadata()["resourceVersion"] = version;
            value.Ensure("spec")["replicas"] = scale.Spec()?["replicas"]?.DeepClone() ?? 0;
            return value;
        }, new(request.FieldManager, "scale", request.IsDryRun));
        return ApiAnswer.Ok(ScaleOf(changed));
    }

    private static JsonObject ScaleOf(JsonObject value)
    {
        var metadata = new JsonObject();
        foreach (var field in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
            if (value.Metadata()[field] is { } present) metadata[field] = present.DeepClone();
        var spec = new JsonObject();
        spec.SetCount("replicas", value.Replicas());
        var labels = value.Spec().Object("selector").Object("matchLabels") ?? [];
        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = spec,
            ["status"] = new JsonObject
            {
                ["replicas"] = value.Status().Number("replicas") ?? 0,
                ["selector"] = string.Join(',', labels.Select(label => $"{label.Key}={label.Value}")),
            },
        };
    }
}
