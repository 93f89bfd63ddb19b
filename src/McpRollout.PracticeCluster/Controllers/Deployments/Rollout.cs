using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Deployments;

/// <summary>
/// A Deployment and its ReplicaSets at one moment: the one with its template, if there is one, and the others, oldest first.
/// </summary>
internal sealed record Rollout(JsonObject Deployment, JsonObject? Newest, IReadOnlyList<JsonObject> Older)
{
    public IEnumerable<JsonObject> All => Newest is null ? Older : Older.Append(Newest);

    public int Desired => Deployment.Replicas();

    public bool IsPaused => Deployment.Spec().Flag("paused");

    public bool IsRecreate => Deployment.Spec().Object("strategy").Text("type") == "Recreate";

    public RolloutLimits Limits => RolloutLimits.Of(Deployment);

    public int MinimumAvailable => Desired - Limits.Unavailable;

    public static Rollout Of(JsonObject deployment, IEnumerable<JsonObject> replicaSets)
    {
        var sets = replicaSets.OrderBy(set => set.Created()).ThenBy(set => set.Name(), StringComparer.Ordinal).ToList();
        var template = Unhashed(deployment.Spec().Object("template"));
        var newest = sets.Find(set => JsonNode.DeepEquals(Unhashed(set.Spec().Object("template")), template));
        return new(deployment, newest, [.. sets.Where(set => set != newest)]);
    }

    public static int Available(JsonObject set) => set.Status().Number("availableReplicas") ?? 0;

    /// <summary>A template without the label that tells ReplicaSets apart.</summary>
    public static JsonObject Unhashed(JsonObject? template)
    {
        var copy = template?.Clone() ?? [];
        copy.Object("metadata").Object("labels")?.Remove("pod-template-hash");
        return copy;
    }
}
