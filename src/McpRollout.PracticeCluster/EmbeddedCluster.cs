using System.Security.Cryptography.X509Certificates;
using McpRollout.PracticeCluster.Controllers;
using McpRollout.PracticeCluster.Faults;
using McpRollout.PracticeCluster.Hosting;
using McpRollout.PracticeCluster.Seeds;
using McpRollout.PracticeCluster.Seeds.Drills;
using McpRollout.PracticeCluster.Seeds.Incidents;

namespace McpRollout.PracticeCluster;

/// <summary>
/// A Kubernetes API server inside this process, for exactly the part of the API that rollouts need, with the controllers behind it.
/// It listens on loopback only and keeps everything in memory.
/// </summary>
public sealed class EmbeddedCluster : IAsyncDisposable
{
    private readonly ControllerLoop _controllers;
    private readonly ApiHost _host;
    private readonly X509Certificate2 _certificate;

    private EmbeddedCluster(ControllerLoop controllers, ApiHost host, FaultInjection faults, X509Certificate2 certificate)
    {
        (_controllers, _host, Faults, _certificate) = (controllers, host, faults, certificate);
        Kubeconfig = Hosting.Kubeconfig.For(host.Address, certificate);
    }

    /// <summary>
    /// Where the API is served, over plain HTTP/1.1. The same port speaks HTTPS, which is what <see cref="Kubeconfig"/> names.
    /// </summary>
    public Uri Address => _host.Address;

    /// <summary>
    /// A kubeconfig, as YAML: cluster <c>practice</c> and the contexts <c>practice</c> (current; may do everything), <c>undoer</c> and
    /// <c>viewer</c> (may do what roles are bound to them).
    /// </summary>
    public string Kubeconfig { get; }

    /// <summary>Makes the cluster misbehave, and shows what it was asked.</summary>
    public FaultInjection Faults { get; }

    /// <summary>Starts the cluster; it answers when this returns.</summary>
    public static async Task<EmbeddedCluster> StartAsync(EmbeddedClusterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var parts = ClusterParts.Build(options);
        Bootstrap.Apply(parts.Store, parts.Controllers);
        if (options.Seed) PlayPast(parts, options.Drills);
        parts.Store.Store.ForgetChanges();
        // Clients judge a certificate by their own clock, whatever time the cluster goes by.
        var certificate = ServerCertificate.Create(TimeProvider.System.GetUtcNow());
        var host = await ApiHost.StartAsync(options.Port, parts.Pipeline, certificate, cancellationToken);
        parts.Controllers.Start();
        return new(parts.Controllers, host, parts.Faults, certificate);
    }

    // The state in which a seeded cluster is found: see docs/practice-cluster.md.
    private static void PlayPast(ClusterParts parts, bool drills)
    {
        var past = new Timeline();
        CheckoutIncident.AddTo(past);
        LedgerIncident.AddTo(past);
        CatalogIncident.AddTo(past);
        HealthyWorkloads.AddTo(past);
        if (drills) DrillCatalog.AddTo(past);
        past.Play(parts.Store, parts.Controllers);
    }

    /// <summary>Ends open watches, stops listening and forgets everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _controllers.DisposeAsync();
        _certificate.Dispose();
    }
}
