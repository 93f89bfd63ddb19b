using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Deployments;

/// <summary>Keeps the number of pods.</summary>
internal sealed class ReplicaSetController(AdmittedStore store, WorkQueue queue, EventRecorder events, OwnedPods pods) : IController
{
    private const string Component = "replicaset-controller";

    public WorkKind Kind => WorkKind.ReplicaSet;

    public void Reconcile(string @namespace, string name)
    {
        if (store.Store.Find(ResourceCatalog.ReplicaSets, @namespace, name) is not { } set) return;
        var refusal = Adjust(set, pods.Of(set));
        Report(set, pods.Of(set), refusal);
    }

    private string? Adjust(JsonObject set, List<JsonObject> present)
    {
        var template = set.Spec().Object("template") ?? [];
        for (var missing = set.Replicas() - present.Count; missing > 0; missing--)
        {
            try
            {
                var pod = pods.Create(ResourceCatalog.ReplicaSets, set, template, _ => { });
                events.Normal(ResourceCatalog.ReplicaSets, set, Component, "SuccessfulCreate", $"Created pod: {pod.Name()}");
            }
            catch (ApiException refusal)
            {
                events.Warning(ResourceCatalog.ReplicaSets, set, Component, "FailedCreate", $"Error creating: {refusal.Message}");
                return refusal.Message;
            }
        }
        // The unready go first, then the youngest.
        foreach (var pod in present.OrderBy(OwnedPods.IsReady).ThenByDescending(pod => pod.Created())
            .Take(Math.Max(0, present.Count - set.Replicas())))
        {
            pods.Delete(pod);
            events.Normal(ResourceCatalog.ReplicaSets, set, Component, "SuccessfulDelete", $"Deleted pod: {pod.Name()}");
        }
        return null;
    }

    private void Report(JsonObject set, List<JsonObject> present, string? refusal)
    {
        var patience = set.Spec().Number("minReadySeconds") ?? 0;
        var ready = present.Where(OwnedPods.IsReady).ToList();
        var available = ready.Count(pod => pods.IsAvailable(pod, patience));
        if (available < ready.Count)
            queue.AddAt(new(WorkKind.ReplicaSet, set.Namespace(), set.Name()),
                ready.Max(pod => OwnedPods.ReadySince(pod)!.Value).AddSeconds(patience));
        store.Update(ResourceCatalog.ReplicaSets, set.Namespace(), set.Name(), value =>
        {
            var status = value.Ensure("status");
            status["replicas"] = present.Count;
            status.SetCount("fullyLabeledReplicas", present.Count);
            status.SetCount("readyReplicas", ready.Count);
            status.SetCount("availableReplicas", available);
            status["observedGeneration"] = set.Generation();
            if (refusal is null) status.Remove("conditions");
            else if (status.Condition("ReplicaFailure") is null) status["conditions"] = new JsonArray(FailedCreate(refusal));
            return value;
        }, WriteOptions.ControllerStatus);
    }

    private JsonObject FailedCreate(string message) => new()
    {
        ["type"] = "ReplicaFailure",
        ["status"] = "True",
        ["lastTransitionTime"] = store.Clock.Stamp(),
        ["reason"] = "FailedCreate",
        ["message"] = message,
    };
}
