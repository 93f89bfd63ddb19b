using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Deployments;

/// <summary>Rolls templates out through ReplicaSets, in the steps of the real controller.</summary>
internal sealed class DeploymentController(AdmittedStore store, WorkQueue queue, ReplicaSetWriter sets) : IController
{
    private readonly RolloutStatus _status = new(store.Clock);

    public WorkKind Kind => WorkKind.Deployment;

    public void Reconcile(string @namespace, string name)
    {
        if (store.Store.Find(ResourceCatalog.Deployments, @namespace, name) is not { } deployment) return;
        deployment = NotePause(deployment);
        var rollout = Rollout.Of(deployment, sets.Of(deployment));
        if (rollout.IsPaused || ProportionalScale.IsDue(rollout))
        {
            rollout = Number(rollout, create: false);
            ProportionalScale.Apply(rollout, sets);
            rollout = Fresh(rollout.Deployment);
            if (rollout.IsPaused) sets.Prune(rollout);
            Report(rollout, _status.Counts(rollout));
            return;
        }
        // Recreate makes the newest only when the older ones' pods are gone.
        rollout = Number(rollout, create: !rollout.IsRecreate);
        if (rollout.IsRecreate) rollout = Recreate(rollout);
        else if (RollingUpdate.ScaleNewest(rollout, sets) || RollingUpdate.ScaleOlder(rollout, sets)) rollout = Fresh(rollout.Deployment);
        if (RolloutStatus.IsComplete(rollout.Deployment, rollout.Deployment.Status() ?? [])) sets.Prune(rollout);
        Report(rollout, _status.Progress(rollout));
    }

    private Rollout Recreate(Rollout rollout)
    {
        var scaled = false;
        foreach (var set in rollout.Older.Where(set => set.Replicas() > 0)) scaled |= sets.Scale(rollout, set, 0);
        if (scaled || rollout.Older.Any(set => set.Status().Number("replicas") > 0)) return Fresh(rollout.Deployment);
        rollout = Number(rollout, create: true);
        return RollingUpdate.ScaleNewest(rollout, sets) ? Fresh(rollout.Deployment) : rollout;
    }

    /// <summary>Sees to it that the newest ReplicaSet exists, if it may, and bears the highest revision.</summary>
    private Rollout Number(Rollout rollout, bool create)
    {
        var revision = rollout.Older.Select(DeploymentAnnotations.RevisionOf).DefaultIfEmpty(0).Max() + 1;
        if (rollout.Newest is { } present)
        {
            var newest = sets.Renew(rollout, present, revision);
            rollout = rollout with { Newest = newest };
            var reason = rollout.Deployment.Status().Condition("Progressing") is null ? "FoundNewReplicaSet" : null;
            return rollout with { Deployment = Announce(rollout, newest, reason) };
        }
        if (!create) return rollout;
        var created = sets.Create(rollout, revision, RollingUpdate.NewestSize(rollout));
        return rollout with { Newest = created, Deployment = Announce(rollout, created, "NewReplicaSetCreated") };
    }

    private JsonObject Announce(Rollout rollout, JsonObject newest, string? reason) => Update(rollout.Deployment, value =>
    {
        value.Annotate(DeploymentAnnotations.Revision, DeploymentAnnotations.RevisionOf(newest).ToString(CultureInfo.InvariantCulture));
        if (reason is null || value.Spec().Number("progressDeadlineSeconds") is null or int.MaxValue) return;
        var message = reason == "NewReplicaSetCreated"
            ? $"Created new replica set \"{newest.Name()}\""
            : $"Found new replica set \"{newest.Name()}\"";
        _status.Set(value.Ensure("status"), "Progressing", "True", reason, message);
    });

    private JsonObject NotePause(JsonObject deployment)
    {
        if (deployment.Spec().Number("progressDeadlineSeconds") is null or int.MaxValue) return deployment;
        var (paused, reason) = (deployment.Spec().Flag("paused"), deployment.Status().Condition("Progressing").Text("reason"));
        // A rollout that ran out of time stays so, paused or not.
        if (reason == RolloutStatus.TimedOut || paused == (reason == "DeploymentPaused")) return deployment;
        return Update(deployment, value =>
        {
            if (paused) _status.Set(value.Ensure("status"), "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused");
            else _status.Set(value.Ensure("status"), "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed");
        });
    }

    private Rollout Fresh(JsonObject deployment) => Rollout.Of(deployment, sets.Of(deployment));

    private void Report(Rollout rollout, JsonObject status)
    {
        var reported = Update(rollout.Deployment, value => value["status"] = status.DeepClone());
        if (!rollout.IsPaused && RolloutStatus.Overdue(reported, status) is { } overdue)
            queue.AddAt(new(WorkKind.Deployment, reported.Namespace(), reported.Name()), overdue);
    }

    // The revision's annotation travels with the status, which is why it does not raise the generation.
    private JsonObject Update(JsonObject deployment, Action<JsonObject> change) =>
        store.Update(ResourceCatalog.Deployments, deployment.Namespace(), deployment.Name(), value =>
        {
            change(value);
            return value;
        }, WriteOptions.ControllerStatus);
}
