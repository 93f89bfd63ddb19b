using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Rollouts;

/// <summary>
/// Stands in for the controller of Argo Rollouts: canaries with weights and pauses, promotion, abort, the window of a rollback. It knows no
/// analysis, no traffic routing, no blue-green services and no deadline.
/// </summary>
internal sealed class RolloutController(AdmittedStore store, WorkQueue queue, RolloutSets sets) : IController
{
    private static readonly WriteOptions Status = new("rollouts-controller", "status");

    public WorkKind Kind => WorkKind.Rollout;

    public void Reconcile(string @namespace, string name)
    {
        if (store.Store.Find(ResourceCatalog.Rollouts, @namespace, name) is not { } rollout) return;
        if (TemplateOf(rollout) is not { } template) return;
        var newest = sets.Newest(rollout, template);
        var round = new RolloutRound(rollout, newest, sets.Of(rollout), store.Clock.Now);
        if (round.Due is { } due) queue.AddAt(new(WorkKind.Rollout, @namespace, name), due);
        foreach (var (set, replicas) in round.Sizes)
            sets.Scale(set, replicas);
        store.Update(ResourceCatalog.Rollouts, @namespace, name, value =>
        {
            value.Annotate(RolloutSets.Revision, newest.Annotation(RolloutSets.Revision) ?? "");
            value["status"] = round.Status.DeepClone();
            return value;
        }, Status);
    }

    private JsonObject? TemplateOf(JsonObject rollout) => rollout.Spec().Object("workloadRef").Text("name") is { } source
        ? store.Store.Find(ResourceCatalog.Deployments, rollout.Namespace(), source).Object("spec").Object("template")
        : rollout.Spec().Object("template");
}
