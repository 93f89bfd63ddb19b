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

    private static async Task<UndoRequest> PausedAsync(TempStore store, SetClock clock)
    {
        var asked = TempStore.NewRequest(now: clock.GetUtcNow());
        var plan = asked.Plan with
        {
            Server = IncidentCluster.Identity.Server,
            Pause = new(OwnerKind.Application, "argocd", "shop", "uid-shop", """{"prune":true,"selfHeal":true}"""),
        };
        var request = await store.Broker.OpenedAsync(asked with { Plan = plan }, Cancelled);
        return (await store.Broker.ChangeAsync(
            request.Id, found => new RequestChange(found with { PausedAt = clock.GetUtcNow() }), Cancelled))!;
    }
}
