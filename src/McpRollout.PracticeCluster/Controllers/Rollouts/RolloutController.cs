using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Rollouts;

/// <summary>
/// Stands in for the controller of Argo Rollouts: canaries with weights and pauses, promotion, abort, the window of a rollback. It knows no
/// analysis, no traffic routing, no blue-green services and no deadline.
/// </summary>
internal sealed class RolloutController(AdmittedStore store, WorkQueue queue, RolloutSets sets) : IController
{
    private const string StepPause = "CanaryPauseStep";

    private static readonly WriteOptions Status = new("rollouts-controller", "status");

    public WorkKind Kind => WorkKind.Rollout;

    public void Reconcile(string @namespace, string name)
    {
        if (store.Store.Find(ResourceCatalog.Rollouts, @namespace, name) is not { } rollout) return;
        if (TemplateOf(rollout) is not { } template) return;
        var newest = sets.Newest(rollout, template);
        var stable = sets.Of(rollout).Find(set => RolloutSets.HashOf(set) == rollout.Status().Text("stableRS"));
        var status = Begun(rollout, newest, stable);
        if (!rollout.Spec().Flag("paused"))
        {
            GoOn(rollout, newest, stable, status);
            Scale(rollout, newest, stable, status);
        }
        Report(rollout, newest, status);
    }

    private JsonObject? TemplateOf(JsonObject rollout) => rollout.Spec().Object("workloadRef").Text("name") is { } source
        ? store.Store.Find(ResourceCatalog.Deployments, rollout.Namespace(), source).Object("spec").Object("template")
        : rollout.Spec().Object("template");

    // Another template starts anew; one that is stable, or within the window, at the end.
    private JsonObject Begun(JsonObject rollout, JsonObject newest, JsonObject? stable)
    {
        var status = rollout.Status()?.Clone() ?? [];
        if (status.Text("currentPodHash") == RolloutSets.HashOf(newest)) return status;
        foreach (var field in new[] { "abort", "promoteFull", "pauseConditions", "controllerPause" }) status.Remove(field);
        status["currentPodHash"] = RolloutSets.HashOf(newest);
        status["currentStepIndex"] = stable is null || IsBack(rollout, newest, stable) ? CanarySteps.Of(rollout).Count : 0;
        return status;
    }

    private bool IsBack(JsonObject rollout, JsonObject newest, JsonObject stable) => newest.Name() == stable.Name()
        || (newest.Created() < stable.Created() && sets.Of(rollout)
                .Count(set => set.Created() > newest.Created() && set.Created() < stable.Created())
            < (rollout.Spec().Object("rollbackWindow").Number("revisions") ?? 0));

    private void GoOn(JsonObject rollout, JsonObject newest, JsonObject? stable, JsonObject status)
    {
        var steps = CanarySteps.Of(rollout);
        if (status.Flag("promoteFull") || stable is null || stable.Name() == newest.Name()) status["currentStepIndex"] = steps.Count;
        while (!status.Flag("abort") && status.Number("currentStepIndex") is { } index && index < steps.Count)
        {
            if (CanarySteps.Pauses(steps[index], out var length) ? !IsOver(rollout, status, length)
                : Available(newest) < CanarySteps.NewAt(rollout, index)) return;
            status["currentStepIndex"] = index + 1;
        }
        status.Remove("pauseConditions");
        status.Remove("controllerPause");
        if (!status.Flag("abort") && Available(newest) >= rollout.Replicas()) status["stableRS"] = RolloutSets.HashOf(newest);
    }

    private bool IsOver(JsonObject rollout, JsonObject status, TimeSpan? length)
    {
        var begun = status.Objects("pauseConditions").FirstOrDefault();
        if (begun is null && !status.Flag("controllerPause"))
        {
            begun = new JsonObject { ["reason"] = StepPause, ["startTime"] = store.Clock.Stamp() };
            (status["pauseConditions"], status["controllerPause"]) = (new JsonArray(begun), true);
        }
        // Somebody who goes on takes the condition away.
        var over = begun is null ? store.Clock.Now : Timestamp.Parse(begun.Text("startTime")) + length;
        if (over is null || over > store.Clock.Now)
        {
            if (over is { } due) queue.AddAt(new(WorkKind.Rollout, rollout.Namespace(), rollout.Name()), due);
            return false;
        }
        status.Remove("pauseConditions");
        status.Remove("controllerPause");
        return true;
    }

    private void Scale(JsonObject rollout, JsonObject newest, JsonObject? stable, JsonObject status)
    {
        var desired = rollout.Replicas();
        var isAlone = stable is null || stable.Name() == newest.Name();
        var wanted = isAlone ? desired : status.Flag("abort") ? 0 : CanarySteps.NewAt(rollout, status.Number("currentStepIndex") ?? 0);
        sets.Scale(newest, wanted);
        if (!isAlone) sets.Scale(stable!, desired - Math.Min(wanted, Available(newest)));
        if (!isAlone || Available(newest) >= desired)
        {
            foreach (var set in sets.Of(rollout).Where(set => set.Name() != newest.Name() && set.Name() != stable?.Name()))
                sets.Scale(set, 0);
        }
    }

    private void Report(JsonObject rollout, JsonObject newest, JsonObject status)
    {
        var all = sets.Of(rollout);
        status["observedGeneration"] = rollout.Generation().ToString(CultureInfo.InvariantCulture);
        status.SetCount("replicas", all.Sum(set => set.Status().Number("replicas") ?? 0));
        status.SetCount("updatedReplicas", newest.Status().Number("replicas") ?? 0);
        status.SetCount("readyReplicas", all.Sum(set => set.Status().Number("readyReplicas") ?? 0));
        status.SetCount("availableReplicas", all.Sum(Available));
        if (newest.Spec().Object("selector").Object("matchLabels") is { } labels)
        {
            status["selector"] = string.Join(',', labels.Where(label => label.Key != RolloutSets.Hash)
                .Select(label => $"{label.Key}={label.Value}"));
        }
        var (phase, message) = Phase(rollout, newest, status);
        status["phase"] = phase;
        if (message.Length == 0) status.Remove("message");
        else status["message"] = message;
        store.Update(ResourceCatalog.Rollouts, rollout.Namespace(), rollout.Name(), value =>
        {
            value.Annotate(RolloutSets.Revision, newest.Annotation(RolloutSets.Revision) ?? "");
            value["status"] = status.DeepClone();
            return value;
        }, Status);
    }

    // In the words of argo-rollouts/utils/rollout/rolloututil.go.
    private static (string Phase, string Message) Phase(JsonObject rollout, JsonObject newest, JsonObject status) =>
        status.Flag("abort") ? ("Degraded", $"RolloutAborted: Rollout aborted update to revision {RolloutSets.RevisionOf(newest)}")
        : rollout.Spec().Flag("paused") ? ("Paused", "manually paused")
        : status.Objects("pauseConditions").Any() ? ("Paused", StepPause)
        : (status.Number("updatedReplicas") ?? 0) < rollout.Replicas() ? ("Progressing", "more replicas need to be updated")
        : (status.Number("availableReplicas") ?? 0) < (status.Number("updatedReplicas") ?? 0)
            ? ("Progressing", "updated replicas are still becoming available")
        : (status.Number("replicas") ?? 0) > (status.Number("updatedReplicas") ?? 0)
            ? ("Progressing", "old replicas are pending termination")
        : status.Text("stableRS") != status.Text("currentPodHash") ? ("Progressing", "waiting for all steps to complete")
        : ("Healthy", "");

    private static int Available(JsonObject set) => set.Status().Number("availableReplicas") ?? 0;
}
