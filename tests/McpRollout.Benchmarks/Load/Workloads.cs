using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using McpRollout.PracticeCluster;

namespace McpRollout.Benchmarks.Load;

/// <summary>A Deployment of the run.</summary>
internal readonly record struct WorkloadName(string Namespace, string Name);

/// <summary>A practice cluster with Deployments of two revisions each, which counts what is sent to it.</summary>
internal sealed class Workloads : IAsyncDisposable
{
    private const int PerNamespace = 20;
    private const string Revision = "deployment.kubernetes.io/revision";

    private readonly EmbeddedCluster _cluster;
    private readonly HttpClient _http;

    private Workloads(EmbeddedCluster cluster, int count)
    {
        _cluster = cluster;
        _http = new HttpClient { BaseAddress = cluster.Address };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", "admin-token");
        All = [.. Enumerable.Range(0, count).Select(number => new WorkloadName($"load-{number / PerNamespace}", $"web-{number}"))];
    }

    public IReadOnlyList<WorkloadName> All { get; }

    public string Kubeconfig => _cluster.Kubeconfig;

    public static async Task<Workloads> StartAsync(int count)
    {
        var workloads = new Workloads(
            await EmbeddedCluster.StartAsync(
                new EmbeddedClusterOptions { Seed = false, PodStartupTime = TimeSpan.FromMilliseconds(1) }, CancellationToken.None),
            count);
        await workloads.MakeAsync();
        return workloads;
    }

    /// <summary>Of each request that is on a patch which was accepted: how many were.</summary>
    public IReadOnlyDictionary<string, int> AcceptedPatches() => _cluster.Faults.Requests
        .Where(request => request is { Method: "PATCH", IsWrite: true, Status: 200 })
        .Select(request => RequestIn(request.Body))
        .OfType<string>()
        .CountBy(id => id)
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>How many requests of any kind were sent to it.</summary>
    public int Requests => _cluster.Faults.Requests.Count;

    /// <summary>The number of the revision that each runs.</summary>
    public async Task<IReadOnlyDictionary<WorkloadName, long>> RevisionsAsync()
    {
        var found = JsonNode.Parse(await _http.GetStringAsync("/apis/apps/v1/deployments"))!["items"]!.AsArray();
        return found.Where(each => each!["metadata"]!["annotations"]?[Revision] is not null).ToDictionary(
            each => new WorkloadName((string)each!["metadata"]!["namespace"]!, (string)each["metadata"]!["name"]!),
            each => long.Parse((string)each!["metadata"]!["annotations"]![Revision]!, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _cluster.DisposeAsync();
    }

    private async Task MakeAsync()
    {
        foreach (var name in All.Select(each => each.Namespace).Distinct())
            await SendAsync(HttpMethod.Post, "/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        foreach (var each in All)
            await SendAsync(HttpMethod.Post, $"/apis/apps/v1/namespaces/{each.Namespace}/deployments", Manifest(each));
        await RunAsync(1);
        foreach (var each in All)
            await SendAsync(
                HttpMethod.Patch, $"/apis/apps/v1/namespaces/{each.Namespace}/deployments/{each.Name}",
                JsonNode.Parse("""{"spec":{"template":{"metadata":{"annotations":{"release":"2"} } } } }""")!,
                "application/merge-patch+json");
        await RunAsync(2);
        _cluster.Faults.ForgetRequests();
    }

    private async Task RunAsync(long revision)
    {
        while (await RevisionsAsync() is var seen && (seen.Count < All.Count || seen.Values.Any(each => each < revision)))
            await Task.Delay(50);
    }

    private async Task SendAsync(HttpMethod method, string path, JsonNode body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, MediaTypeHeaderValue.Parse(type)),
        };
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private static JsonNode Manifest(WorkloadName workload) => JsonNode.Parse($$"""
        {
          "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "{{workload.Name}}"},
          "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "{{workload.Name}}"} },
            "template": {
              "metadata": {"labels": {"app": "{{workload.Name}}"}, "annotations": {"release": "1"} },
              "spec": {"containers": [{"name": "app", "image": "app:1"}]}
            }
          }
        }
        """)!;

    // A JSON Patch whose annotations name the request; a fence is a merge patch, and names it otherwise.
    private static string? RequestIn(ReadOnlyMemory<byte> body) =>
        body.Length > 0 && body.Span[0] == '[' && JsonNode.Parse(body.Span) is JsonArray operations
            ? operations.Select(operation => operation?["path"]?.GetValue<string>() switch
            {
                "/metadata/annotations/mcp-rollout.dev~1request-id" => (string?)operation["value"],
                "/metadata/annotations" => (string?)operation["value"]?["mcp-rollout.dev/request-id"],
                _ => null,
            }).FirstOrDefault(id => id is not null)
            : null;
}
