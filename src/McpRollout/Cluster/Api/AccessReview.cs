using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Rollouts;

namespace McpRollout.Cluster.Api;

/// <summary>The question whether one's own credentials may patch a workload. See https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/.</summary>
internal static class AccessReview
{
    /// <summary>The question.</summary>
    public static byte[] Question(WorkloadRef workload) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["apiVersion"] = "authorization.k8s.io/v1",
        ["kind"] = "SelfSubjectAccessReview",
        ["spec"] = new JsonObject
        {
            ["resourceAttributes"] = new JsonObject
            {
                ["verb"] = "patch",
                ["group"] = "apps",
                ["resource"] = workload.Type.ToPlural(),
                ["namespace"] = workload.Namespace,
                ["name"] = workload.Name,
            },
        },
    }.ToJsonString());

    /// <summary>The answer; null if it is none.</summary>
    public static PatchAccess? Read(JsonElement review)
    {
        if (review.ValueKind != JsonValueKind.Object
            || !review.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object
            || !status.TryGetProperty("allowed", out var allowed) || allowed.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return null;

        var reason = status.TryGetProperty("reason", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString() : null;
        return new PatchAccess(allowed.GetBoolean(), reason);
    }
}
