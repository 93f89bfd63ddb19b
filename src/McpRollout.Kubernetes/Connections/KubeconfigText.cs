using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>The cluster that a kubeconfig in memory names by its current context.</summary>
/// <param name="text">The kubeconfig, YAML or JSON.</param>
/// <param name="time">The clock for credentials that expire.</param>
/// <param name="name">What people call the cluster, if not by the context's name.</param>
internal sealed class KubeconfigText(string text, TimeProvider time, string? name = null) : IConnectionSource, IDisposable
{
    private readonly Lock _reading = new();
    private Connection? _connection;
    private string? _file;

    public ValueTask<ClusterAnswer<Connection>> ConnectAsync(CancellationToken cancellationToken)
    {
        lock (_reading)
        {
            try
            {
                return new(_connection ??= Read());
            }
            catch (KubeconfigException e)
            {
                return new(e.ToFailure());
            }
        }
    }

    public ValueTask<string?> KubeconfigAsync(CancellationToken cancellationToken)
    {
        lock (_reading)
        {
            if (_file is null)
            {
                _file = Path.Combine(Directory.CreateTempSubdirectory("mcp-rollout-kubeconfig-").FullName, "config");
                File.WriteAllText(_file, text);
            }

            return new(_file);
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        if (_file is not null)
            Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    private Connection Read()
    {
        const string Origin = "The kubeconfig in memory";
        var config = KubeconfigReader.Read(text, Origin, Environment.CurrentDirectory);
        return new ConnectionBuilder(Origin, Environment.GetEnvironmentVariable, time).Build(config, name: name);
    }
}
