using McpRollout.Kubernetes.Connections;
using McpRollout.PracticeCluster;

namespace McpRollout.Hosting;

/// <summary>The embedded practice cluster; it starts when it is first asked for.</summary>
internal sealed class PracticeConnectionSource(TimeProvider time, ClusterChoice choice) : IConnectionSource, IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private EmbeddedCluster? _cluster;
    private KubeconfigText? _source;

    public async ValueTask<ClusterAnswer<Connection>> ConnectAsync(CancellationToken cancellationToken) =>
        await (await StartedAsync(cancellationToken)).ConnectAsync(cancellationToken);

    public async ValueTask<string?> KubeconfigAsync(CancellationToken cancellationToken) =>
        await (await StartedAsync(cancellationToken)).KubeconfigAsync(cancellationToken);

    private async Task<KubeconfigText> StartedAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            _cluster ??= await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Drills = true }, cancellationToken);
            return _source ??= new KubeconfigText(_cluster.Kubeconfig, time, choice.Name);
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _source?.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _starting.Dispose();
    }
}
