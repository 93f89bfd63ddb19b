namespace McpRollout.Kubernetes.Connections;

/// <summary>Where the connection to the cluster comes from: kubeconfig files, or the practice cluster.</summary>
internal interface IConnectionSource
{
    /// <summary>
    /// The connection, always the same one once there is one, and owned by the source. No request is sent to the API server; a failure
    /// is not kept, so that the next call tries again.
    /// </summary>
    ValueTask<ClusterAnswer<Connection>> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>By which kubeconfig another program speaks to the same cluster, in the list syntax of KUBECONFIG; null where there is
    /// none, as in a pod.</summary>
    ValueTask<string?> KubeconfigAsync(CancellationToken cancellationToken);
}
