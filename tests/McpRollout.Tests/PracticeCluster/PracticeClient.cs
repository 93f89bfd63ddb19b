using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using McpRollout.PracticeCluster;
using McpRollout.PracticeCluster.Faults;

namespace McpRollout.Tests.PracticeCluster;

/// <summary>Speaks to a practice cluster of its own in plain HTTP, and waits by watching.</summary>
internal sealed class PracticeClient : IAsyncDisposable
{
    private readonly HttpClient _http;

    private PracticeClient(EmbeddedCluster cluster)
    {
        Cluster = cluster;
        _http = ClientFor("admin-token");
    }

    public EmbeddedCluster Cluster { get; }

    public FaultInjection Faults => Cluster.Faults;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<PracticeClient> StartAsync(bool seed = false, TimeProvider? time = null, bool drills = false)
    {
        var options = new EmbeddedClusterOptions
        {
            Seed = seed,
            Drills = drills,
            PodStartupTime = TimeSpan.FromMilliseconds(1),
            SlowPodStartupTime = TimeSpan.FromMilliseconds(50),
            TimeProvider = time ?? TimeProvider.System,
        };
        return new(await EmbeddedCluster.StartAsync(options, Cancelled));
    }

    public HttpClient ClientFor(string token)
    {
        var http = new HttpClient { BaseAddress = Cluster.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return http;
    }

    public static string Workloads(string kind) => $"/apis/apps/v1/namespaces/default/{kind}";

    public async Task<JsonObject> GetAsync(string path)
    {
        var answer = await _http.GetAsync(path, Cancelled);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!.AsObject();
    }

    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string body = "", string type = "application/json", HttpClient? client = null)
    {
        var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));
        var request = new HttpRequestMessage(method, path) { Content = content };
        return (client ?? _http).SendAsync(request, Cancelled);
    }

    public Task<HttpResponseMessage> PatchAsync(
        string path, string body, string type = "application/merge-patch+json", HttpClient? client = null) =>
        SendAsync(HttpMethod.Patch, path, body, type, client);

    public async Task<JsonObject> CreateAsync(string kind, string name, string image = "app:1", string spec = "")
    {
        var type = kind switch { "deployments" => "Deployment", "statefulsets" => "StatefulSet", _ => "DaemonSet" };
        var answer = await SendAsync(HttpMethod.Post, Workloads(kind), $$$"""
            {
              "apiVersion": "apps/v1", "kind": "{{{type}}}", "metadata": {"name": "{{{name}}}"},
              "spec": {
                {{{spec}}} "selector": {"matchLabels": {"app": "{{{name}}}"}},
                "template": {
                  "metadata": {"labels": {"app": "{{{name}}}"}}, "spec": {"containers": [{"name": "app", "image": "{{{image}}}"}]}
                }
              }
            }
            """);
        Assert.Equal(201, (int)answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!.AsObject();
    }

    public async Task SetImageAsync(string kind, string name, string image)
    {
        var patch = """{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"IMAGE"}]}}}}"""
            .Replace("IMAGE", image, StringComparison.Ordinal);
        var answer = await PatchAsync($"{Workloads(kind)}/{name}", patch, "application/strategic-merge-patch+json");
        answer.EnsureSuccessStatusCode();
    }

    public async Task<WatchStream> WatchAsync(string path) => new(await _http.GetStreamAsync(path, Cancelled));

    /// <summary>Watches a collection until one of its objects is as wanted.</summary>
    public async Task<JsonObject> UntilAsync(string path, Func<JsonObject, bool> wanted)
    {
        await using var stream = await _http.GetStreamAsync($"{path}?watch=1", Cancelled);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(Cancelled) is { } line)
        {
            var value = JsonNode.Parse(line)!["object"]!.AsObject();
            if (wanted(value)) return value;
        }
        throw new InvalidOperationException("the watch ended before that came true");
    }

    public async Task<JsonObject> RolledOutAsync(string kind, string name, string image) => await UntilAsync(Workloads(kind), value =>
        value["metadata"]!["name"]!.GetValue<string>() == name
        && value["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>() == image
        && value["status"]?["observedGeneration"]?.GetValue<int>() == value["metadata"]!["generation"]!.GetValue<int>()
        && IsComplete(kind, value["spec"]!, value["status"]!));

    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path) =>
        [.. (await GetAsync(path))["items"]!.AsArray().Select(item => item!.AsObject())];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Cluster.DisposeAsync();
    }

    private static bool IsComplete(string kind, JsonNode spec, JsonNode status)
    {
        int Count(string field) => status[field]?.GetValue<int>() ?? 0;
        return kind switch
        {
            "deployments" =>
                Count("updatedReplicas") == spec["replicas"]!.GetValue<int>() && Count("replicas") == Count("updatedReplicas")
                && Count("availableReplicas") == Count("replicas"),
            "statefulsets" =>
                Count("updatedReplicas") == spec["replicas"]!.GetValue<int>() && Count("readyReplicas") == Count("updatedReplicas"),
            _ =>
                Count("updatedNumberScheduled") == Count("desiredNumberScheduled")
                && Count("numberAvailable") == Count("desiredNumberScheduled"),
        };
    }
}
