namespace McpRollout.Tests.Rollouts;

/// <summary>
/// Three workloads, each in the middle of a bad rollout, as kube-apiserver v1.20.2 sent them; managedFields and the pods' specs are left
/// out. The files are in the folder <c>Recorded</c>.
/// </summary>
internal static class Recorded
{
    public static string Deployment { get; } = Read("deployment");

    public static string ReplicaSets { get; } = Read("replicasets");

    public static string DeploymentPods { get; } = Read("deployment-pods");

    public static string StatefulSet { get; } = Read("statefulset");

    public static string StatefulSetRevisions { get; } = Read("statefulset-revisions");

    public static string StatefulSetPods { get; } = Read("statefulset-pods");

    public static string DaemonSet { get; } = Read("daemonset");

    public static string DaemonSetRevisions { get; } = Read("daemonset-revisions");

    public static string DaemonSetPods { get; } = Read("daemonset-pods");

    /// <summary>Three revisions of a release, as helm 4.1.4 kept them: installed, upgraded, rolled back.</summary>
    public static string HelmSecrets { get; } = Read("helm-secrets");

    /// <summary>One revision, as it kept it with <c>HELM_DRIVER=configmap</c>.</summary>
    public static string HelmConfigMaps { get; } = Read("helm-configmaps");

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Recorded).Assembly.GetManifestResourceStream($"recorded/{name}.json")!);
        return reader.ReadToEnd();
    }
}
