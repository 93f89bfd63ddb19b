namespace McpRollout.Kubernetes.Api;

/// <summary>
/// The question whether one's own credentials may do something. See
/// https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/.
/// </summary>
internal static class AccessReview
{
    /// <summary>The question.</summary>
    public static byte[] Question(string verb, string group, string resource, string @namespace, string? name) =>
        Encoding.UTF8.GetBytes(new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SelfSubjectAccessReview",
            ["spec"] = new JsonObject
            {
                ["resourceAttributes"] = new JsonObject
                {
                    ["verb"] = verb,
                    ["group"] = group,
                    ["resource"] = resource,
                    ["namespace"] = @namespace,
                    ["name"] = name,
                },
            },
        }.ToJsonString());

    /// <summary>The answer; null if it is none.</summary>
    public static AccessVerdict? Read(JsonElement review) =>
        review.At("status", "allowed") is { ValueKind: JsonValueKind.True or JsonValueKind.False } allowed
            ? new AccessVerdict(allowed.GetBoolean(), review.TextAt("status", "reason"))
            : null;
}
