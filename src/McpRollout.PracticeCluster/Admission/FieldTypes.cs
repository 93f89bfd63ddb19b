using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>The types of the fields that the controllers read: a real server cannot decode an object that has them wrong.</summary>
internal static class FieldTypes
{
    private static readonly string[] Numbers = ["replicas", "revisionHistoryLimit", "progressDeadlineSeconds", "minReadySeconds"];

    /// <summary>What is wrong first, in a decoder's words, or null.</summary>
    public static string? Problem(ResourceType type, JsonObject value) =>
        Wrong(value, "metadata", JsonValueKind.Object)
        ?? WrongMap(value.Object("metadata"), "labels")
        ?? WrongMap(value.Object("metadata"), "annotations")
        ?? (type.HasStatus ? Wrong(value, "spec", JsonValueKind.Object) ?? Wrong(value, "status", JsonValueKind.Object) : null)
        ?? (ResourceCatalog.HasPodTemplate(type) ? WorkloadProblem(value.Spec()) : null)
        ?? (type == ResourceCatalog.Pods ? PodProblem(value.Spec()) : null);

    private static string? WorkloadProblem(JsonObject? spec) =>
        Numbers.Select(field => Wrong(spec, field, JsonValueKind.Number)).FirstOrDefault(problem => problem is not null)
        ?? Wrong(spec, "selector", JsonValueKind.Object)
        ?? WrongMap(spec.Object("selector"), "matchLabels")
        ?? Wrong(spec, "template", JsonValueKind.Object)
        ?? Wrong(spec, "paused", JsonValueKind.True)
        ?? Wrong(spec.Object("template"), "metadata", JsonValueKind.Object)
        ?? WrongMap(spec.Object("template").Object("metadata"), "labels")
        ?? WrongMap(spec.Object("template").Object("metadata"), "annotations")
        ?? Wrong(spec.Object("template"), "spec", JsonValueKind.Object)
        ?? PodProblem(spec.Object("template").Object("spec"));

    private static string? PodProblem(JsonObject? spec) =>
        Wrong(spec, "containers", JsonValueKind.Array)
        ?? spec.Array("containers")?.Select(ContainerProblem).FirstOrDefault(problem => problem is not null);

    private static string? ContainerProblem(JsonNode? container) => container is not JsonObject fields
        ? "json: cannot unmarshal a container that is not an object"
        : Wrong(fields, "name", JsonValueKind.String) ?? Wrong(fields, "image", JsonValueKind.String)
            ?? Wrong(fields, "env", JsonValueKind.Array)
            ?? fields.Objects("env")
                .Select(entry => Wrong(entry, "name", JsonValueKind.String) ?? Wrong(entry, "value", JsonValueKind.String))
                .FirstOrDefault(problem => problem is not null);

    private static string? WrongMap(JsonObject? parent, string field) =>
        Wrong(parent, field, JsonValueKind.Object)
        ?? parent.Object(field)?.Select(entry => Wrong(parent.Object(field), entry.Key, JsonValueKind.String))
            .FirstOrDefault(problem => problem is not null);

    private static string? Wrong(JsonObject? parent, string field, JsonValueKind kind)
    {
        var actual = parent?[field]?.GetValueKind();
        if (actual is null || actual == kind || (kind == JsonValueKind.True && actual == JsonValueKind.False)) return null;
        var (found, expected) = (actual.ToString()!.ToLowerInvariant(), kind.ToString().ToLowerInvariant());
        return $"json: cannot unmarshal {found} into field {field} of type {expected}";
    }
}
