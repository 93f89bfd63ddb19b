using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Revisions;

/// <summary>
/// One pod per ordinal, one step at a time (k8s.io/kubernetes/pkg/controller/statefulset/stateful_set_control.go). In order means
/// that a pod that never gets ready stops everything behind it, also the rollout that would mend it: somebody has to delete it.
/// </summary>
internal sealed class StatefulSetController(AdmittedStore store, EventRecorder events, OwnedPods pods, RevisionHistory history)
    : IController
{
    private const string HashLabel = "controller.kubernetes.io/hash";
    private const string PodRevisionLabel = "controller-revision-hash";

    public WorkKind Kind => WorkKind.StatefulSet;

    public void Reconcile(string @namespace, string name)
    {
        if (store.Store.Find(ResourceCatalog.StatefulSets, @namespace, name) is not { } set) return;
        var update = history.Current(ResourceCatalog.StatefulSets, set, HashLabel);
        var current = history.Of(set).Find(revision => revision.Name() == set.Status().Text("currentRevision")) ?? update;
        var before = pods.Of(set);
        Step(set, current, update, before.ToDictionary(OrdinalOf));
        var after = pods.Of(set);
        Report(set, current.Name(), update.Name(), after);
        var inUse = after.Select(RevisionOf).Append(current.Name()).Append(update.Name()).ToHashSet();
        history.Prune(set, revision => inUse.Contains(revision.Name()));
    }

    private void Step(JsonObject set, JsonObject current, JsonObject update, Dictionary<int, JsonObject> present)
    {
        var (desired, inOrder) = (set.Replicas(), set.Spec().Text("podManagementPolicy") != "Parallel");
        for (var ordinal = 0; ordinal < desired; ordinal++)
        {
            if (!present.TryGetValue(ordinal, out var pod)) Create(set, IsKeptBack(set, ordinal) ? current : update, ordinal);
            else if (OwnedPods.IsReady(pod)) continue;
            if (inOrder) return;
        }
        foreach (var (_, pod) in present.Where(entry => entry.Key >= desired).OrderByDescending(entry => entry.Key))
        {
            Delete(set, pod);
            if (inOrder) return;
        }
        if (set.Spec().Object("updateStrategy").Text("type") == "OnDelete") return;
        for (var ordinal = desired - 1; ordinal >= Partition(set); ordinal--)
        {
            if (!present.TryGetValue(ordinal, out var pod)) return;
            if (RevisionOf(pod) != update.Name())
            {
                Delete(set, pod);
                return;
            }
            if (!OwnedPods.IsReady(pod)) return;
        }
    }

    private void Create(JsonObject set, JsonObject revision, int ordinal)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{set.Name()}-{ordinal}");
        foreach (var claim in set.Spec().Objects("volumeClaimTemplates")) Claim(set, claim, $"{claim.Name()}-{name}");
        try
        {
            Make(set, revision, ordinal, name);
            events.Normal(ResourceCatalog.StatefulSets, set, "statefulset-controller", "SuccessfulCreate",
                $"create Pod {name} in StatefulSet {set.Name()} successful");
        }
        catch (ApiException refusal)
        {
            events.Warning(ResourceCatalog.StatefulSets, set, "statefulset-controller", "FailedCreate",
                $"create Pod {name} in StatefulSet {set.Name()} failed error: {refusal.Message}");
        }
    }

    private void Make(JsonObject set, JsonObject revision, int ordinal, string name) =>
        pods.Create(ResourceCatalog.StatefulSets, set, RevisionHistory.TemplateOf(revision), pod =>
        {
            pod.Metadata()["name"] = name;
            var labels = pod.Metadata().Ensure("labels");
            labels[PodRevisionLabel] = revision.Name();
            labels["statefulset.kubernetes.io/pod-name"] = name;
            labels["apps.kubernetes.io/pod-index"] = ordinal.ToString(CultureInfo.InvariantCulture);
            pod.Ensure("spec")["hostname"] = name;
            if (set.Spec().Text("serviceName") is { Length: > 0 } service) pod.Ensure("spec")["subdomain"] = service;
            foreach (var claim in set.Spec().Objects("volumeClaimTemplates"))
                Mount(pod.Ensure("spec"), claim.Name(), $"{claim.Name()}-{name}");
        });

    // A claim outlives its pod and its StatefulSet.
    private void Claim(JsonObject set, JsonObject template, string name)
    {
        if (store.Store.Find(ResourceCatalog.PersistentVolumeClaims, set.Namespace(), name) is not null) return;
        var claim = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolumeClaim",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = template.Spec()?.Clone(),
        };
        if (set.Spec().Object("selector").Object("matchLabels") is { } labels) claim.Metadata()["labels"] = labels.DeepClone();
        store.Create(ResourceCatalog.PersistentVolumeClaims, set.Namespace(), claim, WriteOptions.Controller);
    }

    private static void Mount(JsonObject spec, string volume, string claim)
    {
        spec.Default("volumes", new JsonArray());
        spec.Array("volumes")!
            .Add((JsonNode)new JsonObject { ["name"] = volume, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim } });
    }

    private void Delete(JsonObject set, JsonObject pod)
    {
        pods.Delete(pod);
        events.Normal(ResourceCatalog.StatefulSets, set, "statefulset-controller", "SuccessfulDelete",
            $"delete Pod {pod.Name()} in StatefulSet {set.Name()} successful");
    }

    private void Report(JsonObject set, string current, string update, List<JsonObject> present)
    {
        var patience = set.Spec().Number("minReadySeconds") ?? 0;
        var (ready, updated) = (present.Count(OwnedPods.IsReady), present.Count(pod => RevisionOf(pod) == update));
        var currents = present.Count(pod => RevisionOf(pod) == current);
        if (set.Spec().Object("updateStrategy").Text("type") == "RollingUpdate" && updated == present.Count && ready == present.Count)
            (current, currents) = (update, updated);
        store.Update(ResourceCatalog.StatefulSets, set.Namespace(), set.Name(), value =>
        {
            var status = value.Ensure("status");
            status["observedGeneration"] = set.Generation();
            status["replicas"] = present.Count;
            status.SetCount("readyReplicas", ready);
            status.SetCount("currentReplicas", currents);
            status.SetCount("updatedReplicas", updated);
            status["currentRevision"] = current;
            status["updateRevision"] = update;
            status["collisionCount"] = 0;
            status["availableReplicas"] = present.Count(pod => pods.IsAvailable(pod, patience));
            return value;
        }, WriteOptions.ControllerStatus);
    }

    // Below the partition a pod keeps the revision it had.
    private static bool IsKeptBack(JsonObject set, int ordinal) =>
        set.Spec().Object("updateStrategy").Text("type") == "RollingUpdate" && ordinal < Partition(set);

    private static int Partition(JsonObject set) => set.Spec().Object("updateStrategy").Object("rollingUpdate").Number("partition") ?? 0;

    private static string RevisionOf(JsonObject pod) => pod.Labels().Text(PodRevisionLabel) ?? "";

    private static int OrdinalOf(JsonObject pod) =>
        int.Parse(pod.Name()[(pod.Name().LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);
}
