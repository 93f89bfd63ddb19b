using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Selection;

namespace McpRollout.PracticeCluster.Controllers;

/// <summary>
/// Says how many pods a budget could spare (k8s.io/kubernetes/pkg/controller/disruption). Nothing here evicts pods by it.
/// </summary>
internal sealed class DisruptionBudgetController(AdmittedStore store) : IController
{
    public WorkKind Kind => WorkKind.DisruptionBudgets;

    public void Reconcile(string @namespace, string name)
    {
        foreach (var budget in store.Store.List(ResourceCatalog.PodDisruptionBudgets, @namespace)) Report(budget);
    }

    private void Report(JsonObject budget)
    {
        if (budget.Spec() is not { } spec || spec.Object("selector") is not { } selector) return;
        var matching = LabelSelector.From(selector);
        var pods = store.Store.List(ResourceCatalog.Pods, budget.Namespace()).Where(pod => matching.Matches(pod.Labels())).ToList();
        var isNumber = spec["minAvailable"]?.GetValueKind() == System.Text.Json.JsonValueKind.Number;
        var expected = isNumber ? pods.Count : Owners(pods).Sum(owner => owner.Replicas());
        var desired = spec["maxUnavailable"] is { } spare
            ? Math.Max(0, expected - IntOrPercent.Resolve(spare, expected, roundUp: true))
            : IntOrPercent.Resolve(spec["minAvailable"], expected, roundUp: true);
        var healthy = pods.Count(OwnedPods.IsReady);
        var allowed = expected > 0 ? Math.Max(0, healthy - desired) : 0;
        store.Update(ResourceCatalog.PodDisruptionBudgets, budget.Namespace(), budget.Name(), value =>
        {
            var status = value.Ensure("status");
            var holds = allowed > 0 ? "True" : "False";
            var same = status.Objects("conditions").FirstOrDefault(condition => condition.Text("status") == holds);
            status["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "DisruptionAllowed",
                ["status"] = holds,
                ["observedGeneration"] = value.Generation(),
                ["lastTransitionTime"] = same.Text("lastTransitionTime") ?? store.Clock.Stamp(),
                ["reason"] = allowed > 0 ? "SufficientPods" : "InsufficientPods",
                ["message"] = "",
            });
            (status["currentHealthy"], status["desiredHealthy"]) = (healthy, desired);
            (status["disruptionsAllowed"], status["expectedPods"]) = (allowed, expected);
            status["observedGeneration"] = value.Generation();
            return value;
        }, WriteOptions.ControllerStatus);
    }

    /// <summary>The workloads that the pods belong to; a ReplicaSet's is its Deployment.</summary>
    private List<JsonObject> Owners(List<JsonObject> pods) =>
    [
        .. pods.Select(Owner).Select(owner => owner is null ? null : Owner(owner) ?? owner).OfType<JsonObject>()
            .DistinctBy(owner => owner.Uid()),
    ];

    private JsonObject? Owner(JsonObject value) =>
        value.ControllerReference() is { } reference
        && ResourceCatalog.All.FirstOrDefault(type => type.Kind == reference.Text("kind")) is { } type
            ? store.Store.Find(type, value.Namespace(), reference.Text("name") ?? "")
            : null;
}
