using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>
/// The cluster that the options, the kubeconfig files or the pod's service account name. They are read at the first use: a process that
/// people approve changes in must not slip to another cluster when somebody switches contexts. When the server refuses the credentials,
/// those of the same user for the same server are read again.
/// </summary>
internal sealed partial class KubeconfigSource(
    ClusterChoice choice, KubeconfigEnvironment surroundings, TimeProvider time, ILogger<KubeconfigSource> logger)
    : IConnectionSource, IDisposable
{
    private readonly Lock _loading = new();
    private Connection? _connection;
    private string? _kubeconfig;

    public ValueTask<ClusterAnswer<Connection>> ConnectAsync(CancellationToken cancellationToken)
    {
        lock (_loading)
        {
            try
            {
                return new(_connection ??= Told(Connect(choice.Options)));
            }
            catch (KubeconfigException e)
            {
                return new(e.ToFailure());
            }
        }
    }

    public async ValueTask<string?> KubeconfigAsync(CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken);
        return _kubeconfig;
    }

    public void Dispose() => _connection?.Dispose();

    private Connection Told(Connection connection)
    {
        var (name, server) = (VisibleText.Of(connection.Identity.Name), VisibleText.Of(connection.Identity.Server));
        LogChosen(logger, name, server);
        return connection;
    }

    private Connection Connect(ClusterOptions chosen)
    {
        // One that has a name, and says nothing else, is the pod's own: whatever context is current must not take its place.
        if (choice.Name is { } name && !chosen.NamesKubeconfig)
        {
            return InClusterAccount.Connect(surroundings, time, name)
                ?? throw new KubeconfigException($"This is no pod any more: set Clusters:{name}:Context.");
        }

        var files = KubeconfigFiles.Find(chosen.Kubeconfig, surroundings);
        var config = KubeconfigFiles.Load(files);
        if (!config.IsEmpty)
        {
            var connection = new ConnectionBuilder(string.Join(", ", files), surroundings.Variable, time)
                .Build(config, chosen.Context, choice.Name, reread: () => KubeconfigFiles.Load(files));
            _kubeconfig = string.Join(Path.PathSeparator, files);
            return connection;
        }

        return (chosen.NamesKubeconfig ? null : InClusterAccount.Connect(surroundings, time)) ?? throw new KubeconfigException(
            $"No cluster is configured: {string.Join(", ", files)} does not exist or names none. "
            + "Set Cluster:Kubeconfig or KUBECONFIG, or take the practice cluster with Cluster:Sandbox=true.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The cluster is {Name} at {Server}; this process stays with it.")]
    private static partial void LogChosen(ILogger logger, string name, string server);
}
