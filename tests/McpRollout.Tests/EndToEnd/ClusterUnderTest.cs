using System.Diagnostics;
using McpRollout.PracticeCluster;
using McpRollout.Tests.PracticeCluster;

namespace McpRollout.Tests.EndToEnd;

/// <summary>A cluster that the cases run against, and a namespace of the test's own in it.</summary>
internal sealed class ClusterUnderTest : IAsyncDisposable
{
    private readonly Kubectl _kubectl;
    private readonly EmbeddedCluster? _practice;

    private ClusterUnderTest(string kubeconfig, string context, EmbeddedCluster? practice, Kubectl kubectl) =>
        (Kubeconfig, Context, _practice, _kubectl) = (kubeconfig, context, practice, kubectl);

    public string Kubeconfig { get; }

    public string Context { get; }

    public bool IsPractice => _practice is not null;

    public string Namespace { get; private init; } = NewName();

    public static async Task<ClusterUnderTest> PracticeAsync(string? @namespace = null) =>
        await (await PracticeAsync(seed: false, @namespace ?? NewName())).PreparedAsync();

    /// <summary>A practice cluster with its incidents, and one of their namespaces.</summary>
    public static Task<ClusterUnderTest> IncidentAsync(string @namespace) => PracticeAsync(seed: true, @namespace);

    private static async Task<ClusterUnderTest> PracticeAsync(bool seed, string @namespace)
    {
        var practice = await EmbeddedCluster.StartAsync(
            new() { Seed = seed, PodStartupTime = TimeSpan.FromMilliseconds(10) }, TestContext.Current.CancellationToken);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, practice.Kubeconfig);
        return new ClusterUnderTest(file, "practice", practice, Kubectl.For(practice.Kubeconfig)) { Namespace = @namespace };
    }

    /// <summary>The control plane that the environment names; without one the test is skipped, in CI it fails.</summary>
    public static Task<ClusterUnderTest> RealAsync()
    {
        var kubectl = Kubectl.ForRealCluster();
        return new ClusterUnderTest(
            Environment.GetEnvironmentVariable("KUBECONFIG")!,
            Environment.GetEnvironmentVariable("ROLLOUT_TEST_CONTEXT")!,
            null,
            kubectl).PreparedAsync();
    }

    /// <summary>The same, if owners.yaml is applied to it, else the test is skipped: the v1.20.2 that CI has dies of any custom
    /// resource.</summary>
    public static async Task<ClusterUnderTest> RealWithOwnersAsync()
    {
        var cluster = await RealAsync();
        var served = await cluster.KubectlAsync("api-resources --api-group=argoproj.io -o name");
        if (served.Contains("applications.argoproj.io", StringComparison.Ordinal)
            && served.Contains("rollouts.argoproj.io", StringComparison.Ordinal))
            return cluster;
        await cluster.DisposeAsync();
        Assert.Skip("The control plane does not serve the objects of Argo CD, Flux and Argo Rollouts (docs/contributing.md).");
        throw new UnreachableException();
    }

    /// <summary>The same cluster and namespace with another context's credentials.</summary>
    public (string Kubeconfig, string Context) As(string context) => (Kubeconfig, context);

    /// <summary>Runs kubectl in the namespace.</summary>
    public Task<string> KubectlAsync(string command, string? input = null) =>
        _kubectl.RunAsync($"--namespace={Namespace} {command}", input);

    /// <summary>Makes a workload with two revisions: the first runs <c>app:1</c>, the second <paramref name="second"/>.</summary>
    public async Task MakeAsync(string kind, string second = "app:2", string first = "app:1", string spec = "")
    {
        await KubectlAsync("apply -f -", Manifest(kind, first, spec));
        await KubectlAsync($"annotate {kind}/web team=payments");
        await SettleAsync(kind, first);
        await KubectlAsync("apply -f -", Manifest(kind, second, spec));
        await SettleAsync(kind, second);
    }

    /// <summary>Waits until the controller has made a revision of the latest change and, if its image can run, rolled it out.</summary>
    public async Task SettleAsync(string kind, string image)
    {
        if (!image.Contains("crash", StringComparison.Ordinal) && !image.Contains("missing", StringComparison.Ordinal))
        {
            await KubectlAsync($"rollout status {kind}/web --timeout=60s");
            return;
        }

        while (await KubectlAsync($"get {kind}/web -o jsonpath={{.metadata.generation}}=={{.status.observedGeneration}}") is var generations
            && generations.Split("==") is not [var wanted, var seen] || wanted != seen)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Makes a StatefulSet whose second revision crashes: web-0 runs the first and is ready, web-1 is stuck with the
    /// second.</summary>
    public async Task MakeStuckAsync()
    {
        await MakeAsync("statefulset", second: "app:crash");
        await UntilAsync("get pod web-1 -o jsonpath={.spec.containers[0].image}/{.status.containerStatuses[0].state.waiting.reason} "
            + "--ignore-not-found", "app:crash/CrashLoopBackOff");
    }

    /// <summary>The uid of a pod.</summary>
    public Task<string> UidAsync(string pod) => KubectlAsync($"get pod {pod} -o jsonpath={{.metadata.uid}}");

    /// <summary>Waits until the authorizer has heard of a role that was just bound; a real one reads them from a watch.</summary>
    public Task UntilAllowedAsync(string context, string verbAndResource) =>
        UntilAsync($"--context={context} auth can-i {verbAndResource}", "yes");

    /// <summary>Asks kubectl until it answers so.</summary>
    public async Task UntilAsync(string question, string answer)
    {
        while (await KubectlAsync(question) != answer)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The image that the workload's template names.</summary>
    public Task<string> ImageAsync(string kind) => KubectlAsync($"get {kind}/web -o jsonpath={{.spec.template.spec.containers[0].image}}");

    /// <summary>How many patches of a field manager the practice cluster accepted, fences and dry runs left out.</summary>
    public int WritesBy(string fieldManager) => _practice!.Faults.Requests.Count(request =>
        request.IsWrite && request.Method == "PATCH" && request.Status == 200 && request.Body.Span is [(byte)'[', ..]
        && request.Query.Contains($"fieldManager={fieldManager}", StringComparison.Ordinal));

    /// <summary>
    /// Holds that the namespace has an Event of this reason. The shared control plane's v1.20.2, as built there, dies of a nil pointer when
    /// any client creates an Event, so that only the practice cluster can show it.
    /// </summary>
    public async Task AssertEventAsync(string reason)
    {
        if (_practice is not null)
            Assert.Contains(reason, await KubectlAsync("get events"), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _kubectl.RunAsync($"delete namespace {Namespace} --wait=false");
        _kubectl.Dispose();
        if (_practice is null)
            return;
        await _practice.DisposeAsync();
        File.Delete(Kubeconfig);
    }

    private static string NewName() => $"cases-{Guid.NewGuid():n}"[..18];

    private async Task<ClusterUnderTest> PreparedAsync()
    {
        await _kubectl.RunAsync($"create namespace {Namespace}");
        return this;
    }

    /// <summary>The workload <c>web</c>.</summary>
    public static string Manifest(
        string kind, string image, string spec = "", string variables = "{name: API_KEY, value: hunter2-hunter2}") => $$"""
        apiVersion: apps/v1
        kind: {{kind switch { "deployment" => "Deployment", "statefulset" => "StatefulSet", _ => "DaemonSet" }}}
        metadata:
          name: web
        spec:
          {{kind switch { "deployment" => "replicas: 2", "statefulset" => "replicas: 2\n  serviceName: web", _ => "revisionHistoryLimit: 10" }}}
          {{spec}}
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: app
                image: {{image}}
                env: [{{variables}}]
        """;
}
