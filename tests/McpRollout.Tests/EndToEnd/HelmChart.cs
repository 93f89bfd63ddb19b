using System.Diagnostics;
using System.Text.Json;

namespace McpRollout.Tests.EndToEnd;

/// <summary>A small chart, and the real helm (<c>.ci/helm</c>) that installs it.</summary>
internal sealed class HelmChart : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-rollout-chart-");
    private readonly ClusterUnderTest _cluster;

    private HelmChart(ClusterUnderTest cluster) => _cluster = cluster;

    /// <summary>The helm; without one the test is skipped, in CI it fails.</summary>
    public static string Program
    {
        get
        {
            var program = Environment.GetEnvironmentVariable("ROLLOUT_TEST_HELM");
            if (program is null)
            {
                Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is not null, "ROLLOUT_TEST_HELM names no helm: .ci/helm");
                Assert.Fail("ROLLOUT_TEST_HELM names no helm.");
            }

            return program;
        }
    }

    public string Folder => _folder.FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Writes the chart and installs its first revision: a Deployment <c>web</c> and a ConfigMap.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="image">What the Deployment runs.</param>
    /// <param name="hook">Whether it has a pod that runs before each rollback, and never ends.</param>
    public static async Task<HelmChart> InstallAsync(ClusterUnderTest cluster, string image = "app:1", bool hook = false)
    {
        var chart = new HelmChart(cluster);
        chart._folder.CreateSubdirectory("templates");
        await chart.WriteAsync("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
        await chart.WriteAsync("values.yaml", $"image: {image}\nmode: calm\n");
        await chart.WriteAsync("templates/web.yaml", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: web }
            spec:
              replicas: 2
              selector: { matchLabels: { app: web } }
              template:
                metadata: { labels: { app: web } }
                spec:
                  containers:
                  - name: app
                    image: {{ .Values.image }}
                    envFrom: [{ configMapRef: { name: web-mode } }]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: web-mode }
            data: { mode: {{ .Values.mode }} }
            """);
        if (hook)
        {
            await chart.WriteAsync("templates/hook.yaml", """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: before-rollback
                  annotations: { helm.sh/hook: pre-rollback }
                spec:
                  restartPolicy: Never
                  containers: [{ name: wait, image: "wait:1" }]
                """);
        }

        await chart.HelmAsync("install", "web", chart._folder.FullName, "--wait", "--timeout", "60s");
        return chart;
    }

    /// <summary>Makes the next revision.</summary>
    public Task UpgradeAsync(string image, string mode = "calm", bool waits = true) => HelmAsync(
    [
        "upgrade", "web", _folder.FullName, "--set", $"image={image},mode={mode}",
        .. waits ? new[] { "--wait", "--timeout", "60s" } : [],
    ]);

    /// <summary>Each revision as Helm tells it, the first one first: its status and description.</summary>
    public async Task<IReadOnlyList<(string? Status, string? Description)>> HistoryAsync()
    {
        using var told = JsonDocument.Parse(await HelmAsync("history", "web", "--output", "json"));
        return [.. told.RootElement.EnumerateArray().Select(each => (each.Text("status"), each.Text("description")))];
    }

    /// <summary>Kills the helm that rolls this release back, once there is one.</summary>
    public async Task KillRollbackAsync()
    {
        while (true)
        {
            foreach (var process in Process.GetProcesses())
            {
                using (process)
                {
                    if (await IsRollbackAsync(process.Id))
                    {
                        process.Kill();
                        return;
                    }
                }
            }

            Cancelled.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<bool> IsRollbackAsync(int id)
    {
        try
        {
            var command = (await File.ReadAllTextAsync($"/proc/{id}/cmdline", Cancelled)).Split('\0');
            return command[0] == Program && command.Contains("rollback") && command.Contains(_cluster.Namespace);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task WriteAsync(string path, string text) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, path), text, Cancelled);

    /// <summary>Runs helm, whatever comes of it.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var helm = Process.Start(new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = helm.StandardError.ReadToEndAsync(Cancelled);
        var output = await helm.StandardOutput.ReadToEndAsync(Cancelled);
        await helm.WaitForExitAsync(Cancelled);
        return (helm.ExitCode, output, await errors);
    }

    private async Task<string> HelmAsync(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(
            [.. arguments, "--namespace", _cluster.Namespace, "--kubeconfig", _cluster.Kubeconfig, "--kube-context", _cluster.Context]);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {errors}");
        return output;
    }
}
