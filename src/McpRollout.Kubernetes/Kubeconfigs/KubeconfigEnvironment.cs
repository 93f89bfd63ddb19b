namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>What of this process's surroundings decides which cluster is meant.</summary>
/// <param name="Variable">Reads an environment variable.</param>
/// <param name="Home">The user's home folder.</param>
/// <param name="ServiceAccount">Where a pod finds its service account.</param>
internal sealed record KubeconfigEnvironment(Func<string, string?> Variable, string Home, string ServiceAccount)
{
    /// <summary>Those of this process.</summary>
    public static KubeconfigEnvironment Current { get; } = new(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        "/var/run/secrets/kubernetes.io/serviceaccount");
}
