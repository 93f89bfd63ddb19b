using System.Net;
using McpRollout.PracticeCluster.Faults;

namespace McpRollout.Tests.PracticeCluster;

public class FaultRules
{
    private static readonly string Deployments = PracticeClient.Workloads("deployments");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALostAnswerStillTookEffect()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        client.Faults.DropAfterHandling(FaultInjection.On("PATCH"));
        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => client.PatchAsync($"{Deployments}/web", """{"metadata":{"annotations":{"note":"x"}}}"""));
        Assert.Equal("x", (await client.GetAsync($"{Deployments}/web"))["metadata"]!["annotations"]!["note"]!.GetValue<string>());
    }

    [Fact]
    public async Task ARequestDroppedBeforeHandlingHadNoEffect()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        client.Faults.DropBeforeHandling(FaultInjection.On("PATCH"));
        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => client.PatchAsync($"{Deployments}/web", """{"metadata":{"annotations":{"note":"x"}}}"""));
        Assert.Null((await client.GetAsync($"{Deployments}/web"))["metadata"]!["annotations"]?["note"]);
    }

    [Fact]
    public async Task FailuresComeAsOftenAsAskedForAndSayWhenToRetry()
    {
        await using var client = await PracticeClient.StartAsync();
        client.Faults.Answer(429, FaultInjection.On("GET", "/deployments"), times: 2, retryAfter: TimeSpan.FromSeconds(7));
        using var http = client.ClientFor("admin-token");
        var answer = await http.GetAsync(Deployments, Cancelled);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7)), (answer.StatusCode, answer.Headers.RetryAfter!.Delta));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await http.GetAsync(Deployments, Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(Deployments, Cancelled)).StatusCode);
    }

    [Fact]
    public async Task AGateHoldsARequestUntilItIsReleased()
    {
        await using var client = await PracticeClient.StartAsync();
        using var gate = client.Faults.Hold(FaultInjection.On("GET", "/deployments"));
        var asking = client.GetAsync(Deployments);
        var held = await gate.Arrived.WaitAsync(Cancelled);
        Assert.False(asking.IsCompleted);
        Assert.Null(held.Status);
        gate.Release();
        await asking;
        Assert.Equal(200, held.Status);
    }

    [Fact]
    public async Task CutWatchesEndWithoutAnError()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        await using var watch = await client.WatchAsync($"{Deployments}?watch=1");
        await watch.NextAsync();
        client.Faults.CutWatches();
        while (!await watch.HasEndedAsync())
        {
        }
    }

    [Fact]
    public async Task WatchesCanBeToldThatTheirVersionIsGone()
    {
        await using var client = await PracticeClient.StartAsync();
        client.Faults.AnswerWatchesGone();
        await using var watch = await client.WatchAsync($"{Deployments}?watch=1");
        Assert.Equal(410, (await watch.NextAsync())["object"]!["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task EveryRequestIsOnRecord()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        client.Faults.ForgetRequests();
        await client.GetAsync($"{Deployments}/web");
        await client.PatchAsync($"{Deployments}/web?dryRun=All", "{}");
        await client.PatchAsync($"{Deployments}/web", "{}");
        Assert.Equal(["GET 200", "PATCH 200", "PATCH 200"], client.Faults.Requests.Select(request => $"{request.Method} {request.Status}"));
        Assert.Equal("{}"u8.ToArray(), Assert.Single(client.Faults.Requests, request => request.IsWrite).Body);
    }
}
