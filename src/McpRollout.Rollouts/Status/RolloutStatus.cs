using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Status;

/// <summary>How the rollout of a workload goes, by the rules and in the words of <c>kubectl rollout status</c>.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Message">What kubectl would say, without the line break at its end.</param>
/// <param name="Replicas">The pods by how far they are.</param>
internal sealed record RolloutStatus(RolloutState State, string Message, ReplicaCounts Replicas)
{
    private const int LongestMessage = 240;

    /// <summary>Judges by the object alone.</summary>
    /// <remarks>
    /// Source of rules, order and wording: <c>k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go</c>. It differs in two things: a
    /// paused Deployment, of which kubectl says what it says of a running one, is <see cref="RolloutState.Paused"/> here; and a StatefulSet
    /// without a partition is not called partitioned, which kubectl does since the server fills in the partition 0. Of a Rollout it says
    /// what <c>kubectl argo rollouts status</c> does.
    /// </remarks>
    public static RolloutStatus Judge(Workload workload)
    {
        var replicas = Count(workload);
        var (state, message) = workload.Type switch
        {
            ResourceType.Deployment => OfDeployment(workload, replicas),
            ResourceType.StatefulSet => OfStatefulSet(workload, replicas),
            ResourceType.Rollout => OfRollout(workload),
            _ => OfDaemonSet(workload, replicas),
        };
        return new RolloutStatus(state, message, replicas);
    }

    private static ReplicaCounts Count(Workload workload)
    {
        int Status(string field) => workload.Raw.CountAt("status", field);
        if (workload.Type == ResourceType.DaemonSet)
            return new(workload.DesiredReplicas, Status("updatedNumberScheduled"), Status("numberReady"), Status("numberAvailable"));

        // StatefulSets got availableReplicas in v1.22 (beta) and write it always since; before, ready is all that is known.
        var isUntold = workload.Type == ResourceType.StatefulSet && workload.Raw.At("status", "availableReplicas") is null;
        var available = Status(isUntold ? "readyReplicas" : "availableReplicas");
        return new(workload.DesiredReplicas, Status("updatedReplicas"), Status("readyReplicas"), available);
    }

    private static (RolloutState State, string Message) OfDeployment(Workload workload, ReplicaCounts pods)
    {
        if (workload.ObservedGeneration < workload.Generation)
            return (RolloutState.Progressing, "Waiting for deployment spec update to be observed...");

        var name = workload.Ref.Name;
        if (workload.Raw.Condition("Progressing")?.TextAt("reason") == "ProgressDeadlineExceeded")
            return (RolloutState.Failed, $"deployment \"{name}\" exceeded its progress deadline");

        var existing = workload.Raw.CountAt("status", "replicas");
        var waiting = $"Waiting for deployment \"{name}\" rollout to finish:";
        var message =
            pods.Updated < pods.Desired ? $"{waiting} {pods.Updated} out of {pods.Desired} new replicas have been updated..."
            : existing > pods.Updated ? $"{waiting} {existing - pods.Updated} old replicas are pending termination..."
            : pods.Available < pods.Updated ? $"{waiting} {pods.Available} of {pods.Updated} updated replicas are available..."
            : null;
        var state = workload.Paused ? RolloutState.Paused : message is null ? RolloutState.Complete : RolloutState.Progressing;
        return (state, message ?? $"deployment \"{name}\" successfully rolled out");
    }

    private static (RolloutState State, string Message) OfStatefulSet(Workload workload, ReplicaCounts pods)
    {
        if (workload.IsOnDelete)
            return OfOnDelete(workload, pods);
        if (!workload.IsObserved)
            return (RolloutState.Progressing, "Waiting for statefulset spec update to be observed...");
        if (pods.Ready < pods.Desired)
            return (RolloutState.Progressing, $"Waiting for {pods.Desired - pods.Ready} pods to be ready...");

        if (workload.Partition > 0)
        {
            var expected = pods.Desired - workload.Partition;
            return pods.Updated < expected
                ? (RolloutState.Progressing,
                    $"Waiting for partitioned roll out to finish: {pods.Updated} out of {expected} new pods have been updated...")
                : (RolloutState.Complete, $"partitioned roll out complete: {pods.Updated} new pods have been updated...");
        }

        if (workload.Raw.At("spec", "updateStrategy", "rollingUpdate") is not null)
        {
            return pods.Updated < pods.Desired
                ? (RolloutState.Progressing,
                    $"waiting for statefulset rolling update to complete {pods.Updated} pods at revision {workload.UpdateRevision}...")
                : (RolloutState.Complete,
                    $"statefulset rolling update complete {pods.Updated} pods at revision {workload.UpdateRevision}...");
        }

        var current = workload.Raw.TextAt("status", "currentRevision");
        return workload.UpdateRevision != current
            ? (RolloutState.Progressing,
                $"waiting for statefulset rolling update to complete {pods.Updated} pods at revision {workload.UpdateRevision}...")
            : (RolloutState.Complete,
                $"statefulset rolling update complete {workload.Raw.CountAt("status", "currentReplicas")} pods at revision {current}...");
    }

    private static (RolloutState State, string Message) OfDaemonSet(Workload workload, ReplicaCounts pods)
    {
        if (workload.IsOnDelete)
            return OfOnDelete(workload, pods);
        if (workload.ObservedGeneration < workload.Generation)
            return (RolloutState.Progressing, "Waiting for daemon set spec update to be observed...");

        var waiting = $"Waiting for daemon set \"{workload.Ref.Name}\" rollout to finish:";
        if (pods.Updated < pods.Desired)
            return (RolloutState.Progressing, $"{waiting} {pods.Updated} out of {pods.Desired} new pods have been updated...");
        if (pods.Available < pods.Desired)
            return (RolloutState.Progressing, $"{waiting} {pods.Available} of {pods.Desired} updated pods are available...");

        return (RolloutState.Complete, $"daemon set \"{workload.Ref.Name}\" successfully rolled out");
    }

    // The controller itself says how far it is, since v1.0, once it has seen the latest: GetRolloutPhase of
    // argo-rollouts/utils/rollout/rolloututil.go.
    private static (RolloutState State, string Message) OfRollout(Workload workload)
    {
        var isUnpausing = workload.Raw.IsTrueAt("status", "controllerPause") && !workload.Raw.ItemsAt("status", "pauseConditions").Any();
        var (phase, said) =
            !workload.IsObserved ? ("Progressing", "waiting for rollout spec update to be observed")
            : workload.RefusedReplicaSet is { } refused ? ("Progressing", $"the ReplicaSet of the latest spec cannot be made: {refused}")
            : isUnpausing ? ("Progressing", "waiting for rollout to unpause")
            : (workload.Raw.TextAt("status", "phase") ?? "Progressing", workload.Raw.TextAt("status", "message") ?? "");
        var state = phase switch
        {
            "Healthy" => RolloutState.Complete,
            "Degraded" => RolloutState.Failed,
            "Paused" => RolloutState.Paused,
            _ => RolloutState.Progressing,
        };
        return (state, VisibleText.EndsOf(SecretText.Mask(said.Length == 0 ? phase : $"{phase} - {said}"), LongestMessage));
    }

    // kubectl gives up here with an error. The counts still tell whether somebody has replaced every pod.
    private static (RolloutState State, string Message) OfOnDelete(Workload workload, ReplicaCounts pods)
    {
        var done = workload.IsObserved && pods.Updated >= pods.Desired && pods.Ready >= pods.Desired;
        var state = done ? RolloutState.Complete : RolloutState.Progressing;
        return (state, "rollout status is only available for RollingUpdate strategy type");
    }
}
