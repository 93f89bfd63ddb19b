using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Deployments;

/// <summary>
/// The annotations through which a Deployment and its ReplicaSets keep count (k8s.io/kubernetes/pkg/controller/deployment/util).
/// </summary>
internal static class DeploymentAnnotations
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";

    private static readonly HashSet<string> NotCopied =
    [
        "kubectl.kubernetes.io/last-applied-configuration", Revision, RevisionHistory, DesiredReplicas, MaxReplicas,
        "deprecated.deployment.rollback.to",
    ];

    public static int RevisionOf(JsonObject value) => NumberOf(value, Revision) ?? 0;

    public static int? NumberOf(JsonObject value, string annotation) =>
        int.TryParse(value.Annotation(annotation), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>
    /// Brings the newest ReplicaSet's annotations up to date: the Deployment's own, and its revision when it is to have a higher one.
    /// </summary>
    public static void Renew(JsonObject replicaSet, JsonObject deployment, int revision)
    {
        foreach (var (key, value) in deployment.Metadata().Object("annotations") ?? [])
            if (!NotCopied.Contains(key)) replicaSet.Annotate(key, value!.GetValue<string>());
        var old = replicaSet.Annotation(Revision);
        if (RevisionOf(replicaSet) >= revision) return;
        replicaSet.Annotate(Revision, Text(revision));
        if (old is null) return;
        var history = replicaSet.Annotation(RevisionHistory);
        replicaSet.Annotate(RevisionHistory, string.IsNullOrEmpty(history) ? old : $"{history},{old}");
    }

    public static void SetSize(JsonObject replicaSet, int desired, int max)
    {
        replicaSet.Annotate(DesiredReplicas, Text(desired));
        replicaSet.Annotate(MaxReplicas, Text(max));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
