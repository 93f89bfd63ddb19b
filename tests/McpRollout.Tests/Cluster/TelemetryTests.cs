using System.Collections.Concurrent;
using System.Diagnostics;
using McpRollout.Kubernetes.Api;
using McpRollout.Rollouts.Cluster;
using static McpRollout.Tests.Cluster.ScriptedServer;

namespace McpRollout.Tests.Cluster;

public sealed class TelemetryTests
{
    [Fact]
    public async Task ACallIsOneSpanWithItsRetriesAndWithoutItsQuery()
    {
        await using var server = await StartAsync(Status(503, "ServiceUnavailable"), Status(404, "NotFound"));
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClusterTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (Equals(span.GetTagItem("server.port"), server.Port))
                    spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);

        await server.Client(new ManualClock { Hurry = TimeSpan.FromSeconds(3) }, "{token: t0psecret}")
            .GetWorkloadAsync(Checkout, Freshness.Cached, TestContext.Current.CancellationToken);

        var span = Assert.Single(spans);
        Assert.Equal("GET deployments", span.DisplayName);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["http.request.method"] = "GET",
                ["url.full"] = $"{server.Url}/apis/apps/v1/namespaces/shop/deployments/checkout",
                ["server.address"] = "127.0.0.1",
                ["server.port"] = server.Port,
                ["k8s.namespace.name"] = "shop",
                ["k8s.deployment.name"] = "checkout",
                ["http.request.resend_count"] = 1,
                ["http.response.status_code"] = 404,
                ["error.type"] = "404",
            },
            span.TagObjects.ToDictionary());
    }
}
