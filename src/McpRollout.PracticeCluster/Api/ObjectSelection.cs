using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Selection;

namespace McpRollout.PracticeCluster.Api;

/// <summary>Which objects of a collection a request is about.</summary>
internal sealed record ObjectSelection(LabelSelector Labels, FieldSelector Fields, string Namespace, string Name)
{
    public static ObjectSelection Of(ApiRequest request, ResourceType type, ResourcePath path)
    {
        try
        {
            return new(LabelSelector.Parse(request.Query["labelSelector"]), FieldSelector.Parse(request.Query["fieldSelector"], type),
                path.Namespace, path.Name);
        }
        catch (InvalidSelectorException error)
        {
            throw ApiErrors.BadRequest(error.Message);
        }
    }

    public bool Matches(JsonObject value) =>
        (Namespace.Length == 0 || value.Namespace() == Namespace)
        && (Name.Length == 0 || value.Name() == Name)
        && Labels.Matches(value.Labels())
        && Fields.Matches(value);
}
