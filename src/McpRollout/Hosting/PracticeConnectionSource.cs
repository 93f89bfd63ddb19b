using McpRollout.Kubernetes.Connections;
using McpRollout.PracticeCluster;

namespace McpRollout.Hosting;

/// <summary>The embedded practice cluster; it starts when it is first asked for.</summary>
internal sealed class PracticeConnectionSource(TimeProvider time) : IConnectionSource, IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private EmbeddedCluster? _cluster;
    private KubeconfigText? _source;

    public async ValueTask<ClusterAnswer<Connection>> ConnectAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            _cluster ??= await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Drills = true }, cancellationToken);
            _source ??= new KubeconfigText(_cluster.Kubeconfig, time);
        }
        finally
        {
            _starting.Release();
        }

        return await _source.ConnectAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _source?.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _starting.Dispose();
    }
}
