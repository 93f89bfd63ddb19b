using McpRollout.Rollouts.Json;

namespace McpRollout.Tests.Packaging;

/// <summary>How Prometheus gets to a server in a cluster: where it is asked for, and by the way that is named.</summary>
public class MetricsManifestRules
{
    private const string Listen = "MCPROLLOUT_Metrics__Listen";

    public static TheoryData<string> With => ["with metrics", "metrics"];

    public static TheoryData<string> Without => [.. Manifests.Names.Except(With.Select(row => row.Data))];

    [Theory]
    [MemberData(nameof(Without))]
    public async Task WithoutBeingAskedForThereAreNone(string name)
    {
        var text = await Manifests.RenderAsync(name);

        Assert.DoesNotContain("metrics", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("prometheus", text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(With))]
    public async Task TheyHaveAPortOfTheirOwnThatThePagesServiceLacks(string name)
    {
        var objects = await Manifests.ObjectsAsync(name);
        var pod = Assert.Single(objects.Pods());
        var ports = Assert.Single(pod.ItemsAt("spec", "containers")).ItemsAt("ports")
            .ToDictionary(port => port.TextAt("name")!, port => port.NumberAt("containerPort"));

        Assert.Equal(9464, ports["metrics"]);
        Assert.Equal($"http://0.0.0.0:{ports["metrics"]}",
            Assert.Single(objects.Of("ConfigMap").SelectMany(map => map.TextsAt("data")), each => each.Key == Listen).Value);
        Assert.Equal(("true", "9464", "/metrics"), (Annotation("scrape"), Annotation("port"), Annotation("path")));
        Assert.All(objects.Of("Service").SelectMany(service => service.ItemsAt("spec", "ports")),
            port => Assert.Equal("http", port.TextAt("targetPort")));
        Assert.All(objects.Of("Ingress"), ingress => Assert.DoesNotContain("metrics", ingress.GetRawText(), StringComparison.Ordinal));

        string? Annotation(string last) => pod.At("metadata", "annotations")!.Value.TextAt($"prometheus.io/{last}");
    }

    [Theory]
    [MemberData(nameof(With))]
    public async Task TheNetworkLetsThoseInThatAreNamedAtTheirPortAlone(string name)
    {
        var ways = Assert.Single((await Manifests.ObjectsAsync(name)).Of("NetworkPolicy")).ItemsAt("spec", "ingress")
            .ToDictionary(
                way => Assert.Single(way.ItemsAt("ports")).TextAt("port")!,
                way => way.ItemsAt("from").SelectMany(peer => peer.TextsAt("namespaceSelector", "matchLabels"))
                    .Select(label => label.Value));

        Assert.Equal(["http", "metrics"], ways.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["ingress-nginx"], ways["http"]);
        Assert.Equal(["monitoring"], ways["metrics"]);
    }

    [Fact]
    public async Task WhereNobodyIsNamedNobodyIsLetIn()
    {
        var objects = await Manifests.ObjectsAsync("with metrics", "--set", "metrics.from=null,network.from=null");

        Assert.Empty(Assert.Single(objects.Of("NetworkPolicy")).ItemsAt("spec", "ingress"));
    }

    /// <summary>Rendered and not sent to a cluster: none of the tests' has the operator.</summary>
    [Fact]
    public async Task AServiceMonitorFindsTheServiceOfTheMetricsAndNoOther()
    {
        Assert.Empty((await Manifests.ObjectsAsync("with metrics")).Of("ServiceMonitor"));
        var objects = await Manifests.ObjectsAsync("with metrics", "--set", "metrics.serviceMonitor=true,metrics.annotations=false");

        var monitor = Assert.Single(objects.Of("ServiceMonitor"));
        var wanted = monitor.TextsAt("spec", "selector", "matchLabels");
        var found = Assert.Single(objects.Of("Service"), service => !wanted.Except(service.TextsAt("metadata", "labels")).Any());
        var port = Assert.Single(found.ItemsAt("spec", "ports"));
        Assert.Equal(port.TextAt("name"), Assert.Single(monitor.ItemsAt("spec", "endpoints")).TextAt("port"));
        Assert.Equal("metrics", port.TextAt("targetPort"));
        Assert.Empty(found.TextsAt("spec", "selector").Except(Assert.Single(objects.Pods()).TextsAt("metadata", "labels")));
        Assert.Null(Assert.Single(objects.Pods()).At("metadata", "annotations", "prometheus.io/scrape"));
    }
}
