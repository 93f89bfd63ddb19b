using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Kubernetes;
using McpRollout.Kubernetes.Api;
using McpRollout.Rollouts.Cluster;
using static McpRollout.Tests.Cluster.ScriptedServer;

namespace McpRollout.Tests.Cluster;

public sealed class WritingTests
{
    private const string Patch = """[{"op":"test","path":"/metadata/uid","value":"u"}]""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task APatchNamesItsWriterAndItsType()
    {
        await using var server = await StartAsync(Json(200, """{"kind":"Deployment"}"""));
        var answer = await PatchAsync(server.Client());
        Assert.Equal("Deployment", answer.Value.GetProperty("kind").GetString());
        var seen = server.Requests.Single();
        Assert.Equal("PATCH /apis/apps/v1/namespaces/shop/deployments/checkout?fieldManager=mcp-rollout", $"{seen.Method} {seen.Target}");
        Assert.Equal("application/json-patch+json", seen.Headers["Content-Type"]);
        Assert.Equal(Patch, seen.Body);
    }

    [Fact]
    public async Task ADryRunSaysSo_AndIsTriedAgain()
    {
        await using var server = await StartAsync(HangUp, Json(200, "{}"));
        var answer = await server.Client(new ManualClock { Hurry = TimeSpan.FromSeconds(3) })
            .DryRunAsync(Checkout, Encoding.UTF8.GetBytes(Patch), Cancel);
        Assert.True(answer.Succeeded);
        Assert.All(server.Requests, seen => Assert.EndsWith("?fieldManager=mcp-rollout&dryRun=All", seen.Target, StringComparison.Ordinal));
        Assert.Equal([Patch, Patch], server.Requests.Select(seen => seen.Body));
    }

    [Theory]
    [InlineData(500, "InternalError", "ServerError")]
    [InlineData(503, "ServiceUnavailable", "ServerError")]
    [InlineData(429, "TooManyRequests", "TooManyRequests")]
    [InlineData(409, "Conflict", "Conflict")]
    public async Task AWriteIsSentOnce(int code, string reason, string kind)
    {
        await using var server = await StartAsync(Status(code, reason, ("Retry-After", "1")), Json(200, "{}"));
        var answer = await PatchAsync(server.Client());
        Assert.Equal(kind, answer.Failure?.Kind.ToString());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task AWriteWhoseConnectionBreaksIsLostAndNotSentAgain()
    {
        await using var server = await StartAsync(Json(200, "{}"), HangUp, Json(200, "{}"));
        var client = server.Client();
        await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel); // Leaves a pooled socket for the write.
        var answer = await PatchAsync(client);
        Assert.Equal(ClusterFailureKind.AnswerLost, answer.Failure?.Kind);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("{\"kind\":")]
    [InlineData("<html>")]
    public async Task AWriteWhoseAnswerCannotBeReadIsLost(string body)
    {
        await using var server = await StartAsync(Json(200, body));
        Assert.Equal(ClusterFailureKind.AnswerLost, (await PatchAsync(server.Client())).Failure?.Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task AWriteWithoutAnAnswerInTimeIsLost()
    {
        var clock = new ManualClock();
        var arrived = new TaskCompletionSource();
        await using var server = await StartAsync(context =>
        {
            arrived.SetResult();
            return Silence(context);
        });
        var writing = PatchAsync(server.Client(clock));
        await arrived.Task.WaitAsync(Cancel);
        clock.Advance(ApiTransport.WriteTimeout);
        var failure = (await writing).Failure!;
        Assert.Equal(ClusterFailureKind.AnswerLost, failure.Kind);
        Assert.Contains("it may have taken effect", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWriteThatFoundNoServerWasNotSent()
    {
        var client = Client(Kubeconfig("{server: 'https://127.0.0.1:1'}", "{}"));
        Assert.Equal(ClusterFailureKind.Unreachable, (await PatchAsync(client)).Failure?.Kind);
    }

    [Fact]
    public async Task AWriteIsAskedForEvenIfReadsAreNot()
    {
        await using var server = await StartAsync(
            [.. Enumerable.Repeat<Func<Microsoft.AspNetCore.Http.HttpContext, Task>>(HangUp, 8), Json(200, "{}")]);
        var client = server.Client(new ManualClock { Hurry = TimeSpan.FromSeconds(3) });
        await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        Assert.True((await PatchAsync(client)).Succeeded);
    }

    [Fact]
    public async Task ABodyLeavesOnce()
    {
        using var body = new SentOnceContent(Encoding.UTF8.GetBytes(Patch), "application/json");
        Assert.False(body.Begun);
        await body.CopyToAsync(Stream.Null, Cancel);
        Assert.True(body.Begun);
        await Assert.ThrowsAsync<HttpRequestException>(() => body.CopyToAsync(Stream.Null, Cancel));
    }

    [Fact]
    public async Task AnEventIsCreatedInItsNamespace()
    {
        await using var server = await StartAsync(Json(201, "{}"));
        var answer = await server.Client().CreateEventAsync("shop", new JsonObject { ["reason"] = "Undone" }, Cancel);
        Assert.True(answer.Succeeded);
        var seen = server.Requests.Single();
        Assert.Equal("POST /api/v1/namespaces/shop/events?fieldManager=mcp-rollout", $"{seen.Method} {seen.Target}");
        Assert.Equal("""{"reason":"Undone"}""", seen.Body);
    }

    private static Task<ClusterAnswer<JsonElement>> PatchAsync(ApiServerClient client) =>
        client.PatchWorkloadAsync(Checkout, Encoding.UTF8.GetBytes(Patch), Cancel);
}
