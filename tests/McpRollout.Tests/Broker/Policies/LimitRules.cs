using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Mcp.Answers;
using McpRollout.Tests.Cases;

namespace McpRollout.Tests.Broker.Policies;

public class LimitRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [Proves(Hazard.HostileTextAndFloodsAreHarmless)]
    [InlineData(3, 9, 9, "Limits:OpenRequests)")]
    [InlineData(9, 3, 9, "Limits:OpenRequestsPerRequester)")]
    [InlineData(9, 9, 3, "Limits:RequestsPerMinute)")]
    public async Task TwoProcessesTogetherOpenNoMoreThanMayBe(int all, int own, int minute, string said)
    {
        var limits = new LimitOptions { OpenRequests = all, OpenRequestsPerRequester = own, RequestsPerMinute = minute };
        await using var store = TempStore.Create(limits: limits);
        await using var other = store.Again(limits: limits);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(
            () =>
                (i % 2 == 0 ? store : other).Broker.OpenAsync(TempStore.NewRequest($"undo-{i}", name: $"workload-{i}"), null, Cancelled))));
        Assert.Equal(3, answers.Count(answer => answer.Request is not null));
        Assert.All(answers.Where(answer => answer.Request is null), answer =>
        {
            var refusal = new IntakeRefusal.TooMany(answer.Limit!);
            Assert.Equal(UndoRefusalKind.TooMany, refusal.Kind);
            Assert.Contains(said, RefusalText.Of(refusal), StringComparison.Ordinal);
        });
        Assert.Equal(3, store.AuditEvents.Count);
    }

    [Fact]
    public async Task ARepeatedAskIsNoNewOne()
    {
        await using var store = TempStore.Create(limits: new() { OpenRequests = 1, RequestsPerMinute = 1 });
        var first = await store.Broker.OpenedAsync(TempStore.NewRequest("undo-1"), Cancelled);
        Assert.Equal(first.Id, (await store.Broker.OpenedAsync(TempStore.NewRequest("undo-2"), Cancelled)).Id);
    }

    [Fact]
    public async Task WhatIsOverFreesTheOpenOnesButNotTheMinute()
    {
        await using var store = TempStore.Create(limits: new() { OpenRequests = 1, RequestsPerMinute = 2 });
        for (var i = 1; i <= 2; i++)
        {
            await store.Broker.OpenedAsync(TempStore.NewRequest($"undo-{i}"), Cancelled);
            await store.Broker.CancelAsync($"undo-{i}", new Requester("dev", "agent"), "again", Cancelled);
        }

        var third = await store.Broker.OpenAsync(TempStore.NewRequest("undo-3"), null, Cancelled);
        Assert.Contains("Ask again in", RefusalText.Of(new IntakeRefusal.TooMany(third.Limit!)), StringComparison.Ordinal);
        var someoneElses = TempStore.NewRequest("undo-4") with { Requester = new Requester("dev", "agent", OnBehalfOf: "mira") };
        Assert.NotNull((await store.Broker.OpenAsync(someoneElses, null, Cancelled)).Request);
    }

    [Fact]
    public void AMinuteLaterAndForAnotherPersonTheCountIsNew()
    {
        var now = DateTimeOffset.UtcNow;
        var limits = new LimitOptions { RequestsPerMinute = 1 };
        var request = TempStore.NewRequest("undo-2", now: now);
        UndoRequest[] earlier = [TempStore.NewRequest(now: now.AddSeconds(-59)) with { State = RequestState.Denied }];
        Assert.NotNull(RequestLimits.Reached(request, earlier, limits));
        Assert.Null(RequestLimits.Reached(request, [earlier[0] with { CreatedAt = now.AddSeconds(-60) }], limits));
        Assert.Null(RequestLimits.Reached(request with { Requester = new("other", "") }, earlier, limits));
    }
}
