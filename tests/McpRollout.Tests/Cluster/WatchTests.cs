using McpRollout.Rollouts.Cluster;
using Microsoft.AspNetCore.Http;
using static McpRollout.Tests.Cluster.ScriptedServer;

namespace McpRollout.Tests.Cluster;

public sealed class WatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachChangeIsAnItem_ADeletionIsNull_ABookmarkIsNone()
    {
        var items = await WatchAsync(
            """{"type":"MODIFIED","object":{"n":1}}"""
                + "\n"
                + """{"type":"BOOKMARK","object":{"n":2}}"""
                + "\n\n"
                + """{"type":"DELETED","object":{"n":3}}""");
        Assert.Equal([1, null], items.Select(item => item.Value?.GetProperty("n").GetInt32()));
        Assert.All(items, item => Assert.True(item.Succeeded));
    }

    [Fact]
    public async Task AnErrorEventIsTheLastItem()
    {
        var items = await WatchAsync(
            """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"""
                + "\n"
                + """{"type":"MODIFIED","object":{}}""");
        Assert.Equal(ClusterFailureKind.Gone, Assert.Single(items).Failure?.Kind);
    }

    [Fact]
    public async Task AVersionThatIsTooOldIsReplacedByTheCurrentState_WithoutWhatIsKnown()
    {
        await using var server = await StartAsync(
            Json(200, """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"""),
            Json(
                200,
                """{"type":"ADDED","object":{"metadata":{"resourceVersion":"7"}}}"""
                    + "\n"
                    + """{"type":"MODIFIED","object":{"metadata":{"resourceVersion":"9"}}}"""));
        var items = await server.Client().WatchWorkloadAsync(Checkout, "7", Cancel).ToListAsync(Cancel);
        Assert.Equal("9", Assert.Single(items).Value?.GetProperty("metadata").GetProperty("resourceVersion").GetString());
        Assert.DoesNotContain("resourceVersion", server.Requests.Last().Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNoEventIsUnexpected() =>
        Assert.Equal(ClusterFailureKind.Unexpected, Assert.Single(await WatchAsync("[1]\n")).Failure?.Kind);

    [Fact]
    public async Task ARefusedWatchIsAFailure()
    {
        await using var server = await StartAsync(Status(410, "Expired"));
        var items = await server.Client().WatchWorkloadAsync(Checkout, "1", Cancel).ToListAsync(Cancel);
        Assert.Equal(ClusterFailureKind.Gone, Assert.Single(items).Failure?.Kind);
    }

    [Fact]
    public async Task ABrokenWatchIsAFailureAfterWhatCameBefore()
    {
        var received = new TaskCompletionSource();
        await using var server = await StartAsync(async context =>
        {
            await context.Response.WriteAsync("""{"type":"MODIFIED","object":{"n":1}}""" + "\n", Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            await received.Task.WaitAsync(Cancel);
            context.Abort();
        });
        await using var items = server.Client().WatchWorkloadAsync(Checkout, "1", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await items.MoveNextAsync());
        Assert.True(items.Current.Succeeded);
        received.SetResult();
        Assert.True(await items.MoveNextAsync());
        Assert.Equal(ClusterFailureKind.Unreachable, items.Current.Failure?.Kind);
        Assert.False(await items.MoveNextAsync());
    }

    [Fact]
    public async Task ItemsComeWhileTheWatchIsOpen_AndCancellationEndsIt()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var server = await StartAsync(async context =>
        {
            await context.Response.WriteAsync("""{"type":"ADDED","object":{"n":1}}""" + "\n", Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            await Silence(context);
        });
        await using var items = server.Client().WatchWorkloadAsync(Checkout, "7", cancel.Token).GetAsyncEnumerator(Cancel);
        Assert.True(await items.MoveNextAsync());
        var next = items.MoveNextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.AsTask());
        Assert.Equal(
            "/apis/apps/v1/namespaces/shop/deployments?watch=true&fieldSelector=metadata.name%3Dcheckout"
                + "&resourceVersion=7&allowWatchBookmarks=true&timeoutSeconds=120",
            server.Requests.Single().Target);
    }

    [Fact]
    public async Task AWatchThatTheServerForgotEnds()
    {
        var clock = new ManualClock();
        await using var server = await StartAsync(async context =>
        {
            await context.Response.Body.FlushAsync(Cancel);
            await Silence(context);
        });
        await using var items = server.Client(clock).WatchWorkloadAsync(Checkout, "7", Cancel).GetAsyncEnumerator(Cancel);
        var next = items.MoveNextAsync().AsTask();
        await clock.TimerAsync(TimeSpan.FromSeconds(135));
        clock.Advance(TimeSpan.FromSeconds(135));
        Assert.False(await next);
    }

    private static async Task<List<ClusterAnswer<System.Text.Json.JsonElement?>>> WatchAsync(string stream)
    {
        await using var server = await StartAsync(Json(200, stream));
        return await server.Client().WatchWorkloadAsync(Checkout, "1", Cancel).ToListAsync(Cancel);
    }
}
