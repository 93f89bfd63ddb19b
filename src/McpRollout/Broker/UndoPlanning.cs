using McpRollout.Cluster;
using McpRollout.Rollouts;
using McpRollout.Rollouts.Findings;

namespace McpRollout.Broker;

/// <summary>Checks a wish against what the cluster has. Pure.</summary>
internal static class UndoPlanning
{
    /// <summary>A refusal, if the agent's side means another workload than the one of this uid. It does not tell the uid: whoever asks may not be allowed to read it.</summary>
    /// <param name="ask">What is asked for.</param>
    /// <param name="uid">The uid; null if there is no such workload.</param>
    public static UndoAnswer? OtherWorkload(UndoAsk ask, string? uid) => ask.WorkloadUid is null || ask.WorkloadUid == uid
        ? null
        : UndoAnswer.Refused(
            UndoRefusalKind.OtherWorkload,
            $"The approving side sees no such {ask.Workload} as this one: it was made again just now, or both sides speak to different clusters. Read k8s_rollout_history again; if it stays so, tell the user to give both sides the same cluster.");

    /// <summary>Why this cannot be asked for; null if it can.</summary>
    public static UndoAnswer? Refusal(UndoAsk ask, RevisionHistory history)
    {
        var workload = ask.Workload;
        if (!history.IsSettled)
        {
            return UndoAnswer.Refused(
                UndoRefusalKind.NotSettled,
                FindingKinds.NotSettled,
                $"The cluster is still making a revision of the latest change to {workload}. Wait a few seconds, read k8s_rollout_history again, and ask with the current_revision it reports.");
        }

        if (history.Current!.Number != ask.CurrentRevision)
        {
            return UndoAnswer.Refused(
                UndoRefusalKind.NotCurrent,
                $"current_revision {ask.CurrentRevision} is no longer current: {workload} is at revision {history.Current.Number} now. Read k8s_rollout_history again and decide anew.");
        }

        if (history.Find(ask.ToRevision) is not { } target)
        {
            return UndoAnswer.Refused(
                UndoRefusalKind.NoSuchRevision,
                $"{workload} has no revision {ask.ToRevision}. Its revisions are {ListOf(history)}; an undo renumbers its target and old ones are pruned, so read k8s_rollout_history again and choose one.");
        }

        if (target.Number == history.Current.Number)
        {
            return UndoAnswer.Refused(
                UndoRefusalKind.NothingToUndo,
                FindingKinds.TargetCurrent,
                $"Revision {target.Number} is the current revision of {workload}. Choose an earlier one: {ListOf(history, except: target.Number)}.");
        }

        return history.Workload.TemplateDigest == target.TemplateDigest
            ? UndoAnswer.Refused(
                UndoRefusalKind.NothingToUndo,
                FindingKinds.SameTemplate,
                $"Revision {target.Number} has the same pod template as {workload} has now, so an undo would change nothing. Choose a revision that differs: k8s_rollout_history lists the changes of each.")
            : null;
    }

    /// <summary>What an approval binds.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="history">The workload and its revisions.</param>
    /// <param name="target">The revision to bring back.</param>
    /// <param name="deletesStuckPods">Whether the pods that would hold the rollout up may be deleted.</param>
    public static UndoPlan Plan(ClusterIdentity cluster, RevisionHistory history, Revision target, bool deletesStuckPods = false) => new(
        cluster.Name,
        cluster.Server,
        history.Workload.Type,
        history.Workload.Ref.Namespace,
        history.Workload.Ref.Name,
        history.Workload.Uid,
        history.Current!.Number,
        target.Number,
        history.Workload.TemplateDigest,
        target.TemplateDigest)
    {
        Pods = deletesStuckPods ? [.. StuckPods.In(history, target.PodLabel).Select(PodRef.Of)] : [],
    };

    /// <summary>What an approval carries out, in order.</summary>
    public static IReadOnlyList<string> Steps(UndoPlan plan) =>
    [
        $"Read {plan.Workload} in {plan.Namespace} again; stop if it or revision {plan.ToRevision} is no longer what is shown here.",
        $"Patch its pod template to that of revision {plan.ToRevision}, once; the cluster refuses if the template has changed by then.",
        .. plan.Pods.Select(pod =>
            $"Delete pod {ShownValue.Name(pod.Name)} (uid {ShownValue.Name(pod.Uid)}) if the StatefulSet waits for it then: still not ready, and still not of revision {plan.ToRevision}. Wait for the one that takes its place."),
        "Follow the rollout until it is healthy, degraded or superseded.",
    ];

    private static string ListOf(RevisionHistory history, long? except = null)
    {
        var numbers = history.Revisions.Select(revision => revision.Number).Where(number => number != except).ToList();
        return numbers.Count == 0 ? "there is none" : NumberList.Of(numbers);
    }
}
