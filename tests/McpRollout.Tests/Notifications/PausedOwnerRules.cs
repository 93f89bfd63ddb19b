using McpRollout.Approvals.Broker;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Executor;
using McpRollout.Tests.Person.Page;

namespace McpRollout.Tests.Notifications;

/// <summary>The oldest pause is the one that is forgotten: it is found, or it is said that not all were looked at.</summary>
public class PausedOwnerRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnOwnerIsFoundThoughManyWerePausedAndResumedSince()
    {
        var clock = new SetClock();
        await using var store = TempStore.Create(clock);
        var undo = await PausedReminderRules.PausedAsync(store, clock);
        await PauseMoreAsync(store, clock, 25, server: null);

        var seen = await SeenAsync(store, clock, new IncidentCluster { Owner = PageStates.OwnerPausedBy(undo) });

        Assert.Equal(undo.Id, Assert.Single(seen.Paused).By.Id);
        Assert.Null(seen.More);
    }

    [Fact]
    public async Task WhatWasNotLookedAtIsSaid()
    {
        var clock = new SetClock();
        await using var store = TempStore.Create(clock);
        var undo = await PausedReminderRules.PausedAsync(store, clock);
        await PauseMoreAsync(store, clock, 20, "https://other");

        var seen = await SeenAsync(store, clock, new IncidentCluster { Owner = PageStates.OwnerPausedBy(undo) });

        Assert.Equal(20, seen.Paused.Count);
        Assert.Equal("Of 1 more that undos paused earlier the cluster was not asked: they may be paused still.", seen.More);
    }

    private static async Task PauseMoreAsync(TempStore store, SetClock clock, int count, string? server)
    {
        for (var at = 0; at < count; at++)
        {
            clock.Set(TimeSpan.FromSeconds(1));
            await PausedReminderRules.PausedAsync(store, clock, $"later-{at}", server);
        }
    }

    private static Task<PausedOwnersSeen> SeenAsync(TempStore store, SetClock clock, IncidentCluster cluster) =>
        new PausedOwners(NotificationRig.OnlyCluster(cluster, clock), store.Requests).AllAsync(Cancelled);
}
