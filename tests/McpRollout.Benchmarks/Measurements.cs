using System.Diagnostics;
using System.Text.Json;
using McpRollout.Hosting;
using McpRollout.Kubernetes.Api;
using McpRollout.Kubernetes.Connections;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;

namespace McpRollout.Benchmarks;

/// <summary>From starting a process to an answer, as a client of 2025-11-25 asks.</summary>
internal static class ColdStart
{
    private static readonly string[] Greeting =
    [
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}"""
            + ""","clientInfo":{"name":"benchmark","version":"1"}}}""",
        """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
    ];

    private const string List = """{"jsonrpc":"2.0","id":2,"method":"tools/list"}""";

    private const string History = """
        {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"k8s_rollout_history","arguments":
        """ + """{"resource_type":"deployment","namespace":"mcp-rollout-benchmark","name":"web"}}}""";

    /// <summary>To the answer of <c>tools/list</c>.</summary>
    public static Task<double> ToToolsAsync(string program, string[] arguments) => OnceAsync(program, arguments, List);

    /// <summary>To the answer of a history, on a connection and a store that are opened for it.</summary>
    public static Task<double> ToHistoryAsync(string program, string[] arguments) => OnceAsync(program, arguments, History);

    private static async Task<double> OnceAsync(string program, string[] arguments, string question)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        foreach (var line in Greeting.Append(question))
            await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } answer)
        {
            using var message = JsonDocument.Parse(answer);
            if (message.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.GetInt32() == 2)
                break;
        }

        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        process.Kill();
        await process.WaitForExitAsync();
        return elapsed;
    }
}

/// <summary>Measures several things in turns, so that a machine whose speed drifts is as slow for each.</summary>
internal static class Turns
{
    /// <summary>As many runs of each as asked for, after one that is not counted.</summary>
    public static async Task<double[][]> MeasureAsync(int runs, IReadOnlyList<Func<Task<double>>> subjects)
    {
        var measured = subjects.Select(_ => new double[runs]).ToArray();
        for (var run = -1; run < runs; run++)
        {
            foreach (var (at, subject) in subjects.Index())
            {
                var milliseconds = await subject();
                if (run >= 0)
                    measured[at][run] = milliseconds;
            }
        }

        return measured;
    }
}

/// <summary>A history by the tool, and the requests that it takes by themselves, on connections that are open already.</summary>
internal static class WarmHistory
{
    private static readonly WorkloadRef Web = new(ResourceType.Deployment, Subject.Namespace, "web");

    public static async Task<(double[] Tool, double[] Http)> MeasureAsync(Subject subject, int runs)
    {
        await using var client = await McpClient.CreateAsync(new StdioClientTransport(
            new() { Command = subject.Program, Arguments = subject.Settings }));
        var arguments = new Dictionary<string, object?>
        {
            ["resource_type"] = "deployment",
            ["namespace"] = Subject.Namespace,
            ["name"] = "web",
        };
        await using var services = new ServiceCollection().AddProduct(Settings.Read(subject.Settings)).BuildServiceProvider();
        var connection = (await services.GetRequiredService<IConnectionSource>().ConnectAsync(CancellationToken.None)).Value!;
        var address = await PathsAsync(services);

        var (tool, http) = (new double[runs], new double[runs]);
        for (var run = -runs / 2; run < runs; run++)
        {
            var byTool = await TimeAsync(async () => await client.CallToolAsync("k8s_rollout_history", arguments));
            var byHttp = await TimeAsync(() => BareAsync(connection, address));
            if (run >= 0)
                (tool[run], http[run]) = (byTool, byHttp);
        }

        return (tool, http);
    }

    private static async Task<Requests> PathsAsync(ServiceProvider services)
    {
        var cluster = services.GetRequiredService<IClusterReader>();
        var server = new Uri((await cluster.IdentifyAsync(CancellationToken.None)).Value!.Server);
        var workload = Workload.From(Web.Type, (await cluster.GetWorkloadAsync(Web, Freshness.Latest, CancellationToken.None)).Value);
        Uri[] Paths(params string[] paths) => [.. paths.Select(path => new Uri(server, path))];
        string Cached(string path, string? selector = null) => ApiPaths.At(path, Freshness.Cached, selector);
        return new(
            Paths(Cached(ApiPaths.Workload(Web)))[0],
            Paths(
                Cached(ApiPaths.NamespacePolicies(NamespacePolicyKind.HorizontalPodAutoscaler, Web.Namespace)[0]),
                ApiPaths.WarningsAbout(Web.Namespace, "Pod")),
            Paths(
                Cached(ApiPaths.ReplicaSets(Web.Namespace), workload.LabelSelector),
                Cached(ApiPaths.Pods(Web.Namespace), workload.LabelSelector)),
            Paths([.. TemplateReference.In(workload.Template).Select(reference =>
                ApiPaths.Referred(reference.Kind, Web.Namespace, reference.Name)).Distinct()]));
    }

    // As the tool sends them: what needs nothing of the workload at once, the rest as soon as what it needs is there.
    private static async Task BareAsync(Connection connection, Requests requests)
    {
        var beside = Task.WhenAll(requests.OfTheNamespace.Select(address => GetAsync(connection, address)));
        await GetAsync(connection, requests.Workload);
        await Task.WhenAll(requests.BySelector.Select(address => GetAsync(connection, address)));
        await Task.WhenAll(requests.Referred.Select(address => GetAsync(connection, address, "application/json;as=PartialObjectMetadata;"
            + "g=meta.k8s.io;v=v1")));
        await beside;
    }

    private static async Task GetAsync(Connection connection, Uri address, string accepted = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd(accepted);
        var proof = await connection.Credentials.PresentAsync(CancellationToken.None);
        using var answer = await connection.SendAsync(request, proof.Value!, CancellationToken.None);
        await answer.Content.ReadAsByteArrayAsync();
    }

    // What a history of this workload asks for, by what each request waits for.
    private sealed record Requests(Uri Workload, Uri[] OfTheNamespace, Uri[] BySelector, Uri[] Referred);

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}

/// <summary>The same history by kubectl.</summary>
internal static class KubectlHistory
{
    public static async Task<double> OnceAsync(Subject subject)
    {
        var started = Stopwatch.GetTimestamp();
        await subject.KubectlAsync("rollout history deployment/web");
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}

/// <summary>What a user would pick instead, where it is installed (<c>npm install -g kubernetes-mcp-server
/// mcp-server-kubernetes</c>).</summary>
internal static class Peers
{
    public static IEnumerable<(string Name, string Command)> Installed()
    {
        var found = new HashSet<string>();
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            foreach (var name in new[] { "kubernetes-mcp-server", "mcp-server-kubernetes" })
            {
                var command = Path.Combine(folder, name);
                if (!File.Exists(command) || !found.Add(name))
                    continue;
                yield return ($"{name}, as npm installs it", command);
                var package = Path.Combine(folder, "..", "lib", "node_modules", name, "node_modules", $"{name}-linux-amd64", "bin");
                foreach (var binary in Directory.Exists(package) ? Directory.GetFiles(package) : [])
                    yield return ($"{name}, its binary alone", binary);
            }
        }
    }
}
