using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>
/// The cluster that the options, the kubeconfig files or the pod's service account name. They are read at the first use: a process that
/// people approve changes in must not slip to another cluster when somebody switches contexts. When the server refuses the credentials,
/// those of the same user for the same server are read again.
/// </summary>
internal sealed class KubeconfigSource(IOptions<ClusterOptions> options, KubeconfigEnvironment surroundings, TimeProvider time)
    : IConnectionSource, IDisposable
{
    private readonly Lock _loading = new();
    private Connection? _connection;

    public ValueTask<ClusterAnswer<Connection>> ConnectAsync(CancellationToken cancellationToken)
    {
        lock (_loading)
        {
            try
            {
                return new(_connection ??= Connect(options.Value));
            }
            catch (KubeconfigException e)
            {
                return new(e.ToFailure());
            }
        }
    }

    public void Dispose() => _connection?.Dispose();

    private Connection Connect(ClusterOptions chosen)
    {
        var files = KubeconfigFiles.Find(chosen.Kubeconfig, surroundings);
        var config = KubeconfigFiles.Load(files);
        if (!config.IsEmpty)
            return new ConnectionBuilder(string.Join(", ", files), surroundings.Variable, time)
                .Build(config, chosen.Context, reread: () => KubeconfigFiles.Load(files));

        var configured = !string.IsNullOrWhiteSpace(chosen.Kubeconfig) || !string.IsNullOrWhiteSpace(chosen.Context);
        return (configured ? null : InClusterAccount.Connect(surroundings, time)) ?? throw new KubeconfigException(
            $"No cluster is configured: {string.Join(", ", files)} does not exist or names none. "
            + "Set Cluster:Kubeconfig or KUBECONFIG, or take the practice cluster with Cluster:Sandbox=true.");
    }
}
