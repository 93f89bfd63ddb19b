using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Rollouts;

/// <summary>
/// What one look at a Rollout and its ReplicaSets comes to. It writes nothing, so that the tests can hold the same controller against a
/// real API server.
/// </summary>
internal sealed class RolloutRound
{
    private const string StepPause = "CanaryPauseStep";

    private readonly JsonObject _rollout;
    private readonly JsonObject _newest;
    private readonly JsonObject? _stable;
    private readonly IReadOnlyList<JsonObject> _sets;
    private readonly DateTimeOffset _now;

    /// <summary>Looks at a Rollout whose ReplicaSets are these, the one with its template among them.</summary>
    public RolloutRound(JsonObject rollout, JsonObject newest, IReadOnlyList<JsonObject> sets, DateTimeOffset now)
    {
        (_rollout, _newest, _sets, _now) = (rollout, newest, sets, now);
        _stable = sets.FirstOrDefault(set => RolloutSets.HashOf(set) == rollout.Status().Text("stableRS"));
        Status = Begun();
        if (!rollout.Spec().Flag("paused"))
        {
            GoOn();
            Sizes = [.. Sized()];
        }
        Report();
    }

    /// <summary>The status that the Rollout has now.</summary>
    public JsonObject Status { get; }

    /// <summary>How many pods its ReplicaSets are to have.</summary>
    public IReadOnlyList<(JsonObject Set, int Replicas)> Sizes { get; } = [];

    /// <summary>When to look again whatever happens.</summary>
    public DateTimeOffset? Due { get; private set; }

    // Another template starts anew; one that is stable, or within the window, at the end.
    private JsonObject Begun()
    {
        var status = _rollout.Status()?.Clone() ?? [];
        if (status.Text("currentPodHash") == RolloutSets.HashOf(_newest)) return status;
        foreach (var field in new[] { "abort", "promoteFull", "pauseConditions", "controllerPause" }) status.Remove(field);
        status["currentPodHash"] = RolloutSets.HashOf(_newest);
        status["currentStepIndex"] = _stable is null || IsBack(_stable) ? CanarySteps.Of(_rollout).Count : 0;
        return status;
    }

    private bool IsBack(JsonObject stable) => _newest.Name() == stable.Name()
        || (_newest.Created() < stable.Created()
            && _sets.Count(set => set.Created() > _newest.Created() && set.Created() < stable.Created())
                < (_rollout.Spec().Object("rollbackWindow").Number("revisions") ?? 0));

    private void GoOn()
    {
        var steps = CanarySteps.Of(_rollout);
        if (Status.Flag("promoteFull") || _stable is null || _stable.Name() == _newest.Name()) Status["currentStepIndex"] = steps.Count;
        while (!Status.Flag("abort") && Status.Number("currentStepIndex") is { } index && index < steps.Count)
        {
            if (CanarySteps.Pauses(steps[index], out var length) ? !IsOver(length)
                : Available(_newest) < CanarySteps.NewAt(_rollout, index)) return;
            Status["currentStepIndex"] = index + 1;
        }
        Status.Remove("pauseConditions");
        Status.Remove("controllerPause");
        if (!Status.Flag("abort") && Available(_newest) >= _rollout.Replicas()) Status["stableRS"] = RolloutSets.HashOf(_newest);
    }

    private bool IsOver(TimeSpan? length)
    {
        var begun = Status.Objects("pauseConditions").FirstOrDefault();
        if (begun is null && !Status.Flag("controllerPause"))
        {
            begun = new JsonObject { ["reason"] = StepPause, ["startTime"] = Timestamp.Format(_now) };
            (Status["pauseConditions"], Status["controllerPause"]) = (new JsonArray(begun), true);
        }
        // Somebody who goes on takes the condition away.
        var over = begun is null ? _now : Timestamp.Parse(begun.Text("startTime")) + length;
        if (over is null || over > _now)
        {
            Due = over;
            return false;
        }
        Status.Remove("pauseConditions");
        Status.Remove("controllerPause");
        return true;
    }

    private IEnumerable<(JsonObject Set, int Replicas)> Sized()
    {
        var desired = _rollout.Replicas();
        var isAlone = _stable is null || _stable.Name() == _newest.Name();
        var wanted = isAlone ? desired : Status.Flag("abort") ? 0 : CanarySteps.NewAt(_rollout, Status.Number("currentStepIndex") ?? 0);
        yield return (_newest, wanted);
        if (!isAlone) yield return (_stable!, desired - Math.Min(wanted, Available(_newest)));
        if (isAlone && Available(_newest) < desired) yield break;
        foreach (var set in _sets.Where(set => set.Name() != _newest.Name() && set.Name() != _stable?.Name()))
            yield return (set, 0);
    }

    private void Report()
    {
        Status["observedGeneration"] = _rollout.Generation().ToString(CultureInfo.InvariantCulture);
        Status.SetCount("replicas", _sets.Sum(set => set.Status().Number("replicas") ?? 0));
        Status.SetCount("updatedReplicas", _newest.Status().Number("replicas") ?? 0);
        Status.SetCount("readyReplicas", _sets.Sum(set => set.Status().Number("readyReplicas") ?? 0));
        Status.SetCount("availableReplicas", _sets.Sum(Available));
        if (_newest.Spec().Object("selector").Object("matchLabels") is { } labels)
        {
            Status["selector"] = string.Join(',', labels.Where(label => label.Key != RolloutSets.Hash)
                .Select(label => $"{label.Key}={label.Value}"));
        }
        var (phase, message) = Phase();
        Status["phase"] = phase;
        if (message.Length == 0) Status.Remove("message");
        else Status["message"] = message;
    }

    // In the words of argo-rollouts/utils/rollout/rolloututil.go.
    private (string Phase, string Message) Phase() =>
        Status.Flag("abort") ? ("Degraded", $"RolloutAborted: Rollout aborted update to revision {RolloutSets.RevisionOf(_newest)}")
        : _rollout.Spec().Flag("paused") ? ("Paused", "manually paused")
        : Status.Objects("pauseConditions").Any() ? ("Paused", StepPause)
        : (Status.Number("updatedReplicas") ?? 0) < _rollout.Replicas() ? ("Progressing", "more replicas need to be updated")
        : (Status.Number("availableReplicas") ?? 0) < (Status.Number("updatedReplicas") ?? 0)
            ? ("Progressing", "updated replicas are still becoming available")
        : (Status.Number("replicas") ?? 0) > (Status.Number("updatedReplicas") ?? 0)
            ? ("Progressing", "old replicas are pending termination")
        : Status.Text("stableRS") != Status.Text("currentPodHash") ? ("Progressing", "waiting for all steps to complete")
        : ("Healthy", "");

    private static int Available(JsonObject set) => set.Status().Number("availableReplicas") ?? 0;
}
