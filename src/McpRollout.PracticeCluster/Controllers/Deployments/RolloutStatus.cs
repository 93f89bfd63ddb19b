using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;

namespace McpRollout.PracticeCluster.Controllers.Deployments;

/// <summary>What a Deployment says about itself (k8s.io/kubernetes/pkg/controller/deployment/progress.go).</summary>
internal sealed class RolloutStatus(ClusterClock clock)
{
    public const string Complete = "NewReplicaSetAvailable";
    public const string TimedOut = "ProgressDeadlineExceeded";

    /// <summary>Counts and availability, the same for a paused Deployment.</summary>
    public JsonObject Counts(Rollout rollout)
    {
        var sets = rollout.All.ToList();
        var available = sets.Sum(Rollout.Available);
        var status = rollout.Deployment.Status()?.Clone() ?? [];
        status["observedGeneration"] = rollout.Deployment.Generation();
        status.SetCount("replicas", sets.Sum(set => set.Status().Number("replicas") ?? 0));
        status.SetCount("updatedReplicas", rollout.Newest?.Status().Number("replicas") ?? 0);
        status.SetCount("readyReplicas", sets.Sum(set => set.Status().Number("readyReplicas") ?? 0));
        status.SetCount("availableReplicas", available);
        status.SetCount("unavailableReplicas", Math.Max(0, sets.Sum(set => set.Replicas()) - available));
        if (available >= rollout.MinimumAvailable)
            Set(status, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
        else Set(status, "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
        return status;
    }

    /// <summary>Counts, availability, progress, and what keeps pods from being made.</summary>
    public JsonObject Progress(Rollout rollout)
    {
        var status = Advance(rollout);
        var failure = Failure(rollout.Newest) ?? rollout.Older.Select(Failure).FirstOrDefault(failure => failure is not null);
        if (failure is not null) Set(status, "ReplicaFailure", "True", failure.Text("reason") ?? "", failure.Text("message") ?? "");
        else if (status.Condition("ReplicaFailure") is { } past) status.Array("conditions")!.Remove(past);
        return status;
    }

    private JsonObject Advance(Rollout rollout)
    {
        var (before, status) = (rollout.Deployment.Status() ?? [], Counts(rollout));
        if (Deadline(rollout.Deployment) is null) return status;
        var current = status.Condition("Progressing");
        if (Count(status, "replicas") == Count(status, "updatedReplicas") && current.Text("reason") == Complete) return status;
        var name = rollout.Newest is null ? $"Deployment \"{rollout.Deployment.Name()}\"" : $"ReplicaSet \"{rollout.Newest.Name()}\"";
        if (IsComplete(rollout.Deployment, status)) Set(status, "Progressing", "True", Complete, $"{name} has successfully progressed.");
        else if (HasProgressed(before, status))
            Set(status, "Progressing", "True", "ReplicaSetUpdated", $"{name} is progressing.", renew: true);
        else if (IsOverdue(rollout.Deployment, current))
            Set(status, "Progressing", "False", TimedOut, $"{name} has timed out progressing.");
        return status;
    }

    /// <summary>When a rollout that stands still will have stood still for too long.</summary>
    public static DateTimeOffset? Overdue(JsonObject deployment, JsonObject status)
    {
        var progressing = status.Condition("Progressing");
        if (Deadline(deployment) is not { } deadline || progressing.Text("reason") is null or Complete or TimedOut) return null;
        return Timestamp.Parse(progressing.Text("lastUpdateTime")) + deadline + TimeSpan.FromSeconds(1);
    }

    public static bool IsComplete(JsonObject deployment, JsonObject status)
    {
        var desired = deployment.Replicas();
        return Count(status, "updatedReplicas") == desired && Count(status, "replicas") == desired
            && Count(status, "availableReplicas") == desired
            && (status.Number("observedGeneration") ?? 0) >= deployment.Generation();
    }

    public void Set(JsonObject status, string type, string value, string reason, string message, bool renew = false)
    {
        var current = status.Condition(type);
        if (!renew && current.Text("status") == value && current.Text("reason") == reason) return;
        var since = current.Text("status") == value ? current.Text("lastTransitionTime") : clock.Stamp();
        var others = status.Objects("conditions").Where(condition => condition != current).Select(condition => condition.DeepClone());
        status["conditions"] = new JsonArray([.. others, new JsonObject
        {
            ["type"] = type,
            ["status"] = value,
            ["lastUpdateTime"] = clock.Stamp(),
            ["lastTransitionTime"] = since,
            ["reason"] = reason,
            ["message"] = message,
        }]);
    }

    private static JsonObject? Failure(JsonObject? set) => set.Object("status").Condition("ReplicaFailure");

    private bool IsOverdue(JsonObject deployment, JsonObject? progressing)
    {
        if (progressing is null || progressing.Text("reason") == Complete) return false;
        return progressing.Text("reason") == TimedOut
            || Timestamp.Parse(progressing.Text("lastUpdateTime")) + Deadline(deployment) < clock.Now;
    }

    // The largest number means that there is no deadline.
    private static TimeSpan? Deadline(JsonObject deployment) =>
        deployment.Spec().Number("progressDeadlineSeconds") is { } seconds and < int.MaxValue ? TimeSpan.FromSeconds(seconds) : null;

    private static bool HasProgressed(JsonObject before, JsonObject after) =>
        Count(after, "updatedReplicas") > Count(before, "updatedReplicas")
        || Count(after, "replicas") - Count(after, "updatedReplicas") < Count(before, "replicas") - Count(before, "updatedReplicas")
        || Count(after, "readyReplicas") > Count(before, "readyReplicas")
        || Count(after, "availableReplicas") > Count(before, "availableReplicas");

    private static int Count(JsonObject status, string field) => status.Number(field) ?? 0;
}
