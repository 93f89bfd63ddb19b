namespace McpRollout.Kubernetes.Helm;

/// <summary>The <c>Helm</c> section.</summary>
internal sealed class HelmOptions
{
    /// <summary>
    /// Whether <c>helm_release</c> is a resource type. Default: false, since it takes reading the Secrets in which Helm keeps its releases,
    /// with all that was given to a chart.
    /// </summary>
    public bool Enabled { get; set; }

    /// <summary>What helm is called: a name on PATH, or an absolute path. Default: helm.</summary>
    public string Program { get; set; } = "helm";
}
