using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Owners;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Executor;
using McpRollout.Tests.Person.Page;

namespace McpRollout.Tests.Notifications;

/// <summary>Owners that undos keep paused are told of, from a real store to a real receiver.</summary>
public class PausedReminderRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnOwnerThatStaysPausedIsToldOnceADayWhateverRestarts()
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        var clock = new SetClock();
        await using var store = TempStore.Create(clock);
        var channel = NotificationRig.Webhook(receiver.UrlOf("hook"), secret.Path);
        channel.When.Add("owner-paused");
        var undo = await PausedAsync(store, clock);
        var cluster = new IncidentCluster { Owner = PageStates.OwnerPausedBy(undo) };
        var delivery = store.DeliveryTo(channel, clock, cluster: cluster);
        await delivery.DeliverAsync(Cancelled);
        clock.Set(TimeSpan.FromHours(23));
        await delivery.DeliverAsync(Cancelled);
        Assert.Empty(receiver.Taken);

        clock.Set(TimeSpan.FromHours(2));
        await delivery.DeliverAsync(Cancelled);
        await delivery.DeliverAsync(Cancelled);
        var told = Assert.Single(receiver.Taken).Body;
        Assert.Equal(("owner-paused", "warns"), ((string?)told["event"], (string?)told["tone"]));
        Assert.StartsWith(
            "An undo has kept its owner paused for 1 d 1 h, and nobody has resumed it: deployment/checkout in namespace shop, cluster "
                + "\"practice\", revision 4 to 3, with Application argocd/shop paused.",
            (string?)told["text"], StringComparison.Ordinal);

        await using var next = store.Again();
        clock.Set(TimeSpan.FromHours(23));
        await next.DeliveryTo(channel, clock, cluster: cluster).DeliverAsync(Cancelled);
        Assert.Single(receiver.Taken);
        clock.Set(TimeSpan.FromHours(2));
        await next.DeliveryTo(channel, clock, cluster: cluster).DeliverAsync(Cancelled);
        Assert.Equal(2, receiver.Taken.Count);
    }

    [Fact]
    public async Task OneThatIsResumedOrOfWhichTheClusterSaysNothingIsNotTold()
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        var clock = new SetClock();
        await using var store = TempStore.Create(clock);
        var channel = NotificationRig.Webhook(receiver.UrlOf("hook"), secret.Path);
        channel.When.Add("owner-paused");
        var undo = await PausedAsync(store, clock);
        clock.Set(TimeSpan.FromDays(2));
        var elsewhere = new IncidentCluster { ConnectedTo = new("other", "https://other"), Owner = PageStates.OwnerPausedBy(undo) };
        await store.DeliveryTo(channel, clock, cluster: elsewhere).DeliverAsync(Cancelled);
        Assert.Empty(receiver.Taken);
        var resumed = new IncidentCluster { Owner = PageStates.OwnerPausedBy(null) };
        await store.DeliveryTo(channel, clock, cluster: resumed).DeliverAsync(Cancelled);
        Assert.Empty(receiver.Taken);
    }

    [Fact]
    public async Task OneThatCannotBeReadKeepsNobodyFromBeingToldOfTheOthers()
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        var clock = new SetClock();
        await using var store = TempStore.Create(clock);
        var channel = NotificationRig.Webhook(receiver.UrlOf("hook"), secret.Path);
        channel.When.Add("owner-paused");
        var undo = await PausedAsync(store, clock);
        await PausedAsync(store, clock, "billing");
        for (var at = 0; at < 10; at++)
            await PausedAsync(store, clock, $"other-{at}", "https://other");
        clock.Set(TimeSpan.FromDays(2));
        var cluster = new IncidentCluster { Owner = PageStates.OwnerPausedBy(undo), UnreadOwner = "billing" };
        var delivery = store.DeliveryTo(channel, clock, cluster: cluster);

        await delivery.DeliverAsync(Cancelled);

        var told = Assert.Single(receiver.Taken).Body;
        Assert.Contains("with Application argocd/shop paused", (string?)told["text"], StringComparison.Ordinal);
    }

    /// <summary>An undo that has paused an owner now.</summary>
    internal static async Task<UndoRequest> PausedAsync(
        TempStore store, SetClock clock, string owner = "shop", string? server = null)
    {
        var asked = owner == "shop"
            ? TempStore.NewRequest(now: clock.GetUtcNow())
            : TempStore.NewRequest($"undo-{owner}", owner, now: clock.GetUtcNow());
        var plan = asked.Plan with
        {
            Server = server ?? IncidentCluster.Identity.Server,
            Pause = new(OwnerKind.Application, "argocd", owner, $"uid-{owner}", """{"prune":true,"selfHeal":true}"""),
        };
        var request = await store.Broker.OpenedAsync(asked with { Plan = plan, Requester = new(owner, "test") }, Cancelled);
        return (await store.Broker.ChangeAsync(
            request.Id, found => new RequestChange(found with { PausedAt = clock.GetUtcNow() }), Cancelled))!;
    }
}
