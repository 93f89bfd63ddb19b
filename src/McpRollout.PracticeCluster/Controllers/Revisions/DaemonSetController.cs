using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Revisions;

/// <summary>One pod on each node that the template fits (k8s.io/kubernetes/pkg/controller/daemon).</summary>
internal sealed class DaemonSetController(AdmittedStore store, EventRecorder events, OwnedPods pods, RevisionHistory history) : IController
{
    private const string HashLabel = "controller-revision-hash";

    public WorkKind Kind => WorkKind.DaemonSet;

    public void Reconcile(string @namespace, string name)
    {
        if (store.Store.Find(ResourceCatalog.DaemonSets, @namespace, name) is not { } set) return;
        var current = history.Current(ResourceCatalog.DaemonSets, set, HashLabel);
        var hash = current.Labels().Text(HashLabel) ?? "";
        var nodes = store.Store.List(ResourceCatalog.Nodes).Where(node => Fits(set, node)).Select(node => node.Name()).ToList();
        Step(set, hash, nodes, pods.Of(set));
        var after = pods.Of(set);
        Report(set, hash, nodes.Count, after);
        var inUse = after.Select(HashOf).Append(hash).ToHashSet();
        history.Prune(set, revision => inUse.Contains(revision.Labels().Text(HashLabel) ?? ""));
    }

    private void Step(JsonObject set, string hash, List<string> nodes, List<JsonObject> present)
    {
        foreach (var pod in present.Where(pod => !nodes.Contains(NodeOf(pod)))) Delete(set, pod);
        foreach (var node in nodes.Where(node => !present.Any(pod => NodeOf(pod) == node))) Create(set, hash, node);
        var strategy = set.Spec().Object("updateStrategy");
        if (strategy.Text("type") == "OnDelete") return;
        var outdated = present.Where(pod => HashOf(pod) != hash).ToList();
        var budget = IntOrPercent.Resolve(strategy.Object("rollingUpdate")?["maxUnavailable"], nodes.Count, roundUp: true);
        budget -= nodes.Count - present.Count(OwnedPods.IsReady);
        // Unavailable pods cost nothing to replace.
        foreach (var pod in outdated.Where(pod => !OwnedPods.IsReady(pod))
            .Concat(outdated.Where(OwnedPods.IsReady).Take(Math.Max(0, budget))))
            Delete(set, pod);
    }

    private void Create(JsonObject set, string hash, string node)
    {
        try
        {
            var pod = pods.Create(ResourceCatalog.DaemonSets, set, set.Spec().Object("template") ?? [], pod =>
            {
                var labels = pod.Metadata().Ensure("labels");
                labels[HashLabel] = hash;
                labels["pod-template-generation"] = set.Annotation("deprecated.daemonset.template.generation") ?? "1";
                pod.Ensure("spec")["nodeName"] = node;
            });
            events.Normal(ResourceCatalog.DaemonSets, set, "daemonset-controller", "SuccessfulCreate", $"Created pod: {pod.Name()}");
        }
        catch (ApiException refusal)
        {
            events.Warning(ResourceCatalog.DaemonSets, set, "daemonset-controller", "FailedCreate", $"Error creating: {refusal.Message}");
        }
    }

    private void Delete(JsonObject set, JsonObject pod)
    {
        pods.Delete(pod);
        events.Normal(ResourceCatalog.DaemonSets, set, "daemonset-controller", "SuccessfulDelete", $"Deleted pod: {pod.Name()}");
    }

    private void Report(JsonObject set, string hash, int desired, List<JsonObject> present)
    {
        var patience = set.Spec().Number("minReadySeconds") ?? 0;
        var available = present.Count(pod => pods.IsAvailable(pod, patience));
        store.Update(ResourceCatalog.DaemonSets, set.Namespace(), set.Name(), value =>
        {
            var status = value.Ensure("status");
            status["currentNumberScheduled"] = present.Count;
            status["numberMisscheduled"] = 0;
            status["desiredNumberScheduled"] = desired;
            status["numberReady"] = present.Count(OwnedPods.IsReady);
            status["observedGeneration"] = set.Generation();
            status.SetCount("updatedNumberScheduled", present.Count(pod => HashOf(pod) == hash));
            status.SetCount("numberAvailable", available);
            status.SetCount("numberUnavailable", desired - available);
            return value;
        }, WriteOptions.ControllerStatus);
    }

    private static bool Fits(JsonObject set, JsonObject node) =>
        (set.Spec().Object("template").Object("spec").Object("nodeSelector") ?? [])
            .All(label => node.Labels().Text(label.Key) == label.Value?.ToString());

    private static string NodeOf(JsonObject pod) => pod.Spec().Text("nodeName") ?? "";

    private static string HashOf(JsonObject pod) => pod.Labels().Text(HashLabel) ?? "";
}
