using McpRollout.Kubernetes.Connections;

namespace McpRollout.Hosting;

/// <summary>The connection to whatever the settings name: a cluster of a kubeconfig, the pod's own, or the embedded practice cluster. They
/// are looked at when it is first asked for.</summary>
internal sealed class ConfiguredSource(ClusterChoice choice, IServiceProvider parts) : IConnectionSource
{
    private IConnectionSource Chosen => choice.Options.Sandbox
        ? parts.GetRequiredService<PracticeConnectionSource>()
        : parts.GetRequiredService<KubeconfigSource>();

    public ValueTask<ClusterAnswer<Connection>> ConnectAsync(CancellationToken cancellationToken) =>
        Chosen.ConnectAsync(cancellationToken);

    public ValueTask<string?> KubeconfigAsync(CancellationToken cancellationToken) => Chosen.KubeconfigAsync(cancellationToken);
}
