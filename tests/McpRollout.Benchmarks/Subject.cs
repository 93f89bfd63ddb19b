using System.Diagnostics;
using McpRollout.PracticeCluster;

namespace McpRollout.Benchmarks;

/// <summary>A Deployment with ten revisions, which read a ConfigMap, in a cluster, and the program built for release.</summary>
internal sealed class Subject : IAsyncDisposable
{
    private const string Web = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: web-settings}
        data: {mode: fast}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: app, image: "app:1", envFrom: [{configMapRef: {name: web-settings}}]}]}
        """;

    private readonly EmbeddedCluster? _practice;
    private readonly string _folder;

    private Subject(EmbeddedCluster? practice, string folder, string kubeconfig, string context) =>
        (_practice, _folder, Kubeconfig, Context) = (practice, folder, kubeconfig, context);

    public required string Program { get; init; }

    public const string Namespace = "mcp-rollout-benchmark";

    public string Kubeconfig { get; }

    public string Context { get; }

    public string ClusterName => _practice is null ? "the control plane of KUBECONFIG" : "a practice cluster";

    public string[] Settings =>
    [
        $"--Cluster:Kubeconfig={Kubeconfig}", $"--Cluster:Context={Context}", $"--Storage:Path={Path.Combine(_folder, "state.db")}",
        "--Approvals:Listen=http://localhost:17391",
    ];

    public static async Task<Subject> PrepareAsync(string program)
    {
        var folder = Directory.CreateTempSubdirectory("mcp-rollout-benchmark-").FullName;
        var subject = await ChooseAsync(folder, program);
        await subject.KubectlAsync($"create namespace {Namespace}");
        await subject.ApplyAsync(Web);
        for (var release = 2; release <= 10; release++)
        {
            await subject.KubectlAsync("rollout status deployment/web --timeout=60s");
            await subject.KubectlAsync($"set image deployment/web app=app:{release}");
        }

        await subject.KubectlAsync("rollout status deployment/web --timeout=60s");
        return subject;
    }

    public string AuditFile => Path.Combine(_folder, "audit.jsonl");

    /// <summary>A file of this run's own.</summary>
    public string FileOf(string name) => Path.Combine(_folder, name);

    /// <summary>Runs a command of the program to its end.</summary>
    public async Task RunAsync(string[] arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
    }

    /// <summary>Makes these objects in the namespace.</summary>
    public async Task ApplyAsync(string manifests)
    {
        var create = Kubectl("create -f -");
        create.RedirectStandardInput = true;
        using var process = Process.Start(create)!;
        await process.StandardInput.WriteAsync(manifests);
        process.StandardInput.Close();
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"kubectl create: {said[1]}");
    }

    public async Task<string> KubectlAsync(string command)
    {
        using var process = Process.Start(Kubectl(command))!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    public ProcessStartInfo Kubectl(string command) =>
        new("kubectl", $"--kubeconfig={Kubeconfig} --context={Context} --namespace={Namespace} {command}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

    public async ValueTask DisposeAsync()
    {
        await KubectlAsync($"delete namespace {Namespace} --wait=false");
        if (_practice is not null)
            await _practice.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<Subject> ChooseAsync(string folder, string program)
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } kubeconfig
            && Environment.GetEnvironmentVariable("ROLLOUT_TEST_CONTEXT") is { Length: > 0 } context)
            return new Subject(null, folder, kubeconfig, context) { Program = program };

        var practice = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { Seed = false, PodStartupTime = TimeSpan.FromMilliseconds(1) },
            CancellationToken.None);
        var file = Path.Combine(folder, "practice.kubeconfig");
        await File.WriteAllTextAsync(file, practice.Kubeconfig);
        return new Subject(practice, folder, file, "practice") { Program = program };
    }
}
