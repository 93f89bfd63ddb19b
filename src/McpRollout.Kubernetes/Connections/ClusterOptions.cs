namespace McpRollout.Kubernetes.Connections;

/// <summary>The <c>Cluster</c> section, or one of <c>Clusters</c>: which cluster, and how much of it.</summary>
internal sealed class ClusterOptions
{
    /// <summary>A kubeconfig file, or several in the list syntax of KUBECONFIG. Default: as kubectl.</summary>
    public string? Kubeconfig { get; set; }

    /// <summary>The kubeconfig context. Default: its current context.</summary>
    public string? Context { get; set; }

    /// <summary>Whether a kubeconfig, or a context of one, is named.</summary>
    public bool NamesKubeconfig => !string.IsNullOrWhiteSpace(Kubeconfig) || !string.IsNullOrWhiteSpace(Context);

    /// <summary>Whether to use the embedded practice cluster instead of a real one. Default: false.</summary>
    public bool Sandbox { get; set; }

    /// <summary>The namespace of those Argo CD Applications whose mark on a workload names none. Default: argocd.</summary>
    public string ArgoNamespace { get; set; } = "argocd";

    /// <summary>Globs (<c>*</c>, <c>?</c>) of the namespaces that may be spoken of. Default: all.</summary>
    public IList<string> Namespaces { get; } = [];

    /// <summary>Whether the undo tools are left out. Default: false.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Whether people depend on it: pages and notifications say so beside its name. Default: false.</summary>
    public bool Production { get; set; }
}
