using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Deployments;

/// <summary>Makes, sizes and prunes the ReplicaSets of a Deployment.</summary>
internal sealed class ReplicaSetWriter(AdmittedStore store, EventRecorder events)
{
    private const string Component = "deployment-controller";

    public List<JsonObject> Of(JsonObject deployment) =>
        [.. store.Store.List(ResourceCatalog.ReplicaSets, deployment.Namespace()).Where(set => set.IsControlledBy(deployment))];

    public JsonObject Create(Rollout rollout, int revision, int replicas)
    {
        var deployment = rollout.Deployment;
        var template = deployment.Spec().Object("template")!.Clone();
        var hash = NameSuffix.Hash(template, deployment.Status().Number("collisionCount") ?? 0);
        template.Ensure("metadata").Ensure("labels")["pod-template-hash"] = hash;
        var selector = deployment.Spec().Object("selector")!.Clone();
        selector.Ensure("matchLabels")["pod-template-hash"] = hash;
        var spec = new JsonObject { ["replicas"] = replicas, ["selector"] = selector, ["template"] = template };
        if (deployment.Spec()?["minReadySeconds"] is { } patience) spec["minReadySeconds"] = patience.DeepClone();
        var set = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name()}-{hash}",
                ["labels"] = template["metadata"]!["labels"]!.DeepClone(),
                ["ownerReferences"] = new JsonArray(OwnerReference.To(ResourceCatalog.Deployments, deployment)),
            },
            ["spec"] = spec,
        };
        DeploymentAnnotations.Renew(set, deployment, revision);
        DeploymentAnnotations.SetSize(set, rollout.Desired, rollout.Desired + rollout.Limits.Surge);
        var created = store.Create(ResourceCatalog.ReplicaSets, deployment.Namespace(), set, WriteOptions.Controller);
        if (replicas > 0) Tell(deployment, created, 0, replicas);
        return created;
    }

    /// <summary>Renumbers the ReplicaSet that has the Deployment's template to the highest revision.</summary>
    public JsonObject Renew(Rollout rollout, JsonObject newest, int revision) => Update(newest, set =>
    {
        DeploymentAnnotations.Renew(set, rollout.Deployment, revision);
        var patience = rollout.Deployment.Spec()?["minReadySeconds"];
        if (patience is null) set.Ensure("spec").Remove("minReadySeconds");
        else set.Ensure("spec")["minReadySeconds"] = patience.DeepClone();
    });

    /// <summary>Says whether the number of replicas changed.</summary>
    public bool Scale(Rollout rollout, JsonObject set, int replicas)
    {
        var before = set.Replicas();
        Update(set, value =>
        {
            value.Ensure("spec")["replicas"] = replicas;
            DeploymentAnnotations.SetSize(value, rollout.Desired, rollout.Desired + rollout.Limits.Surge);
        });
        if (before != replicas) Tell(rollout.Deployment, set, before, replicas);
        return before != replicas;
    }

    /// <summary>Forgets revisions beyond the history limit, the oldest first.</summary>
    public void Prune(Rollout rollout)
    {
        if (rollout.Deployment.Spec().Number("revisionHistoryLimit") is not { } limit) return;
        var surplus = rollout.Older.Count - limit;
        foreach (var set in rollout.Older.OrderBy(DeploymentAnnotations.RevisionOf).Take(Math.Max(0, surplus)))
        {
            if (set.Replicas() == 0 && set.Status().Number("replicas") is 0 or null)
                store.Delete(ResourceCatalog.ReplicaSets, set.Namespace(), set.Name());
        }
    }

    private JsonObject Update(JsonObject set, Action<JsonObject> change) =>
        store.Update(ResourceCatalog.ReplicaSets, set.Namespace(), set.Name(), value =>
        {
            change(value);
            return value;
        }, WriteOptions.Controller);

    private void Tell(JsonObject deployment, JsonObject set, int from, int to) => events.Normal(
        ResourceCatalog.Deployments, deployment, Component, "ScalingReplicaSet",
        string.Create(CultureInfo.InvariantCulture, $"Scaled {(to > from ? "up" : "down")} replica set {set.Name()} from {from} to {to}"));
}
