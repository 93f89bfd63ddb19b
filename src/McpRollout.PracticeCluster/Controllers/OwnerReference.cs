using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers;

internal static class OwnerReference
{
    public static JsonObject To(ResourceType type, JsonObject owner) => new()
    {
        ["apiVersion"] = type.ApiVersion,
        ["kind"] = type.Kind,
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };
}
