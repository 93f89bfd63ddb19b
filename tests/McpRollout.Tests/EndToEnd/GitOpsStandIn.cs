using McpRollout.Rollouts.Owners;

namespace McpRollout.Tests.EndToEnd;

/// <summary>
/// Stands in for Argo CD and Flux: an owner named <c>shop</c>, and a loop that brings what Git says to the cluster while it is not paused.
/// </summary>
internal sealed class GitOpsStandIn : IAsyncDisposable
{
    private readonly ClusterUnderTest _cluster;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _rounds = new(0);
    private Task _loop = Task.CompletedTask;

    private GitOpsStandIn(ClusterUnderTest cluster, OwnerKind kind) => (_cluster, Kind) = (cluster, kind);

    public OwnerKind Kind { get; }

    /// <summary>How kubectl names the owner.</summary>
    public string Owner => $"{Kind.ToPlural()}.{Kind.ToGroup()}/shop";

    /// <summary>Makes the owner, has it bring two revisions to the cluster, and keeps the second there from then on.</summary>
    public static async Task<GitOpsStandIn> StartAsync(ClusterUnderTest cluster, OwnerKind kind, string second = "app:2")
    {
        var standIn = new GitOpsStandIn(cluster, kind);
        await cluster.KubectlAsync("create -f -", standIn.Definition());
        foreach (var image in new[] { "app:1", second })
        {
            await standIn.ApplyAsync(image);
            await cluster.SettleAsync("deployment", image);
        }

        standIn._loop = standIn.KeepAsync(second);
        return standIn;
    }

    /// <summary>Comes back once it has looked at the cluster so many times more.</summary>
    public async Task RoundsAsync(int count)
    {
        while (_rounds.CurrentCount > 0)
            await _rounds.WaitAsync(TestContext.Current.CancellationToken);
        for (var round = 0; round < count; round++)
            await _rounds.WaitAsync(TestContext.Current.CancellationToken);
    }

    public Task<string> SpecAsync() => _cluster.KubectlAsync($"get {Owner} -o jsonpath={{.spec}}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _rounds.Dispose();
    }

    private string Marks() => Kind switch
    {
        OwnerKind.Application =>
            $"annotations: {{argocd.argoproj.io/tracking-id: \"{_cluster.Namespace}_shop:apps/Deployment:{_cluster.Namespace}/web\"}}",
        OwnerKind.Kustomization =>
            $"labels: {{kustomize.toolkit.fluxcd.io/name: shop, kustomize.toolkit.fluxcd.io/namespace: {_cluster.Namespace}}}",
        _ => $"labels: {{helm.toolkit.fluxcd.io/name: shop, helm.toolkit.fluxcd.io/namespace: {_cluster.Namespace}}}",
    };

    private string Definition() => $$"""
        apiVersion: {{Kind.ToGroup()}}/{{Kind.ToVersion()}}
        kind: {{Kind}}
        metadata:
          name: shop
        {{Spec()}}
        """;

    private string Spec() => Kind switch
    {
        OwnerKind.Application => """
            spec:
              project: default
              destination: {server: "https://kubernetes.default.svc", namespace: shop}
              source: {repoURL: "https://git:hunter2-hunter2@git.example.com/shop.git", path: deploy, targetRevision: main}
              syncPolicy: {automated: {prune: true, selfHeal: true}, retry: {limit: 5}}
            status:
              sync: {status: Synced, revision: 4d5e6f}
              history: [{id: 1, revision: 1a2b3c}, {id: 2, revision: 4d5e6f}]
            """,
        OwnerKind.Kustomization => """
            spec:
              interval: 10m
              path: ./deploy
              prune: true
              sourceRef: {kind: GitRepository, name: shop}
            """,
        _ => """
            spec:
              interval: 10m
              chart: {spec: {chart: shop, version: 1.2.0, sourceRef: {kind: HelmRepository, name: charts} } }
            """,
    };

    private Task<string> ApplyAsync(string image) => _cluster.KubectlAsync(
        "apply --server-side --force-conflicts --field-manager="
            + $"{(Kind == OwnerKind.Application ? "argocd-controller" : "kustomize-controller")} -f -",
        ClusterUnderTest.Manifest("deployment", image)
            .Replace("  name: web\n", $"  name: web\n  {Marks()}\n", StringComparison.Ordinal));

    private async Task KeepAsync(string image)
    {
        while (!_stop.IsCancellationRequested)
        {
            if (await _cluster.ImageAsync("deployment") != image && !await IsPausedAsync())
            {
                // Says that it is at work, and looks again: a pause comes before that look, or sees it at work.
                await SayAsync(isAtWork: true);
                if (!await IsPausedAsync())
                    await ApplyAsync(image);
                await SayAsync(isAtWork: false);
            }

            _rounds.Release();
        }
    }

    private async Task<bool> IsPausedAsync() => await _cluster.KubectlAsync(Kind == OwnerKind.Application
        ? $"get {Owner} -o jsonpath={{.spec.syncPolicy.automated.enabled}}"
        : $"get {Owner} -o jsonpath={{.spec.suspend}}") == (Kind == OwnerKind.Application ? "false" : "true");

    private Task<string> SayAsync(bool isAtWork) => _cluster.KubectlAsync(
        $"patch {Owner} --type=merge {(Kind == OwnerKind.Application ? "" : "--subresource=status ")}--patch-file=/dev/stdin",
        Kind == OwnerKind.Application
            ? $$$$"""{"status":{"operationState":{"phase":"{{{{(isAtWork ? "Running" : "Succeeded")}}}}"}}}"""
            : $$$$"""{"status":{"conditions":[{"type":"Reconciling","status":"{{{{(isAtWork ? "True" : "False")}}}}"}]}}""");
}
