using McpRollout.Approvals.Notifications;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Executor;

namespace McpRollout.Tests.Notifications;

/// <summary>From a real store to real receivers over HTTP.</summary>
public class DeliveryRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ChannelKind.Slack, "services/T/B/X", "/services/T/B/X", "")]
    [InlineData(ChannelKind.Teams, "workflows/1/triggers", "/workflows/1/triggers", "")]
    [InlineData(ChannelKind.Ntfy, "undo", "/", "Bearer " + NotificationReceiver.Secret)]
    [InlineData(ChannelKind.Webhook, "hook", "/hook", "")]
    [InlineData(ChannelKind.PagerDuty, "v2/enqueue", "/v2/enqueue", "")]
    [InlineData(ChannelKind.Alertmanager, "api/v2/alerts", "/api/v2/alerts", "Bearer " + NotificationReceiver.Secret)]
    internal async Task EachReceiverIsToldAsItKnows(ChannelKind kind, string path, string asked, string authorization)
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        await using var store = TempStore.Create();
        var delivery = store.DeliveryTo(new ChannelOptions
        {
            Name = "ops",
            Type = kind,
            Url = receiver.UrlOf(path),
            SecretFile = kind is ChannelKind.Slack or ChannelKind.Teams ? null : secret.Path,
        });
        await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        await delivery.DeliverAsync(Cancelled);
        var message = Assert.Single(receiver.Taken);
        Assert.Equal((asked, authorization, "application/json", kind == ChannelKind.Webhook),
            (message.Path, message.Authorization, message.ContentType, message.IsSigned));
        Assert.Contains("https://undo.example/approvals/undo-1", message.Body.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(TempStore.NewRequest().MatchCode, message.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PeopleAreToldFromTheAskingToTheDecision()
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        await using var store = TempStore.Create(policies: new PolicyOptions { Default = new() { RequiredApprovals = 2 } });
        await store.EnrolAsync("alice");
        await store.EnrolAsync("bob");
        var delivery = store.DeliveryTo(NotificationRig.Webhook(receiver.UrlOf("hook"), secret.Path));
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        await store.Broker.DecideAsync(TempStore.By("alice", request), Cancelled);
        await store.Broker.DecideAsync(TempStore.By("bob", request), Cancelled);
        await delivery.DeliverAsync(Cancelled);
        Assert.Equal(["opened", "needs-another", "decided"], receiver.Events);
    }

    [Fact]
    public async Task ARestartTellsWhatWasMissedAndNothingTwice()
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        await using var store = TempStore.Create();
        var channel = NotificationRig.Webhook(receiver.UrlOf("hook"), secret.Path);
        var delivery = store.DeliveryTo(channel);
        await store.Broker.OpenedAsync(TempStore.NewRequest("undo-1", "a"), Cancelled);
        await delivery.DeliverAsync(Cancelled);
        receiver.Status = 404;
        await store.Broker.OpenedAsync(TempStore.NewRequest("undo-2", "b"), Cancelled);
        await Assert.ThrowsAsync<NotificationException>(() => delivery.DeliverAsync(Cancelled));
        receiver.Status = 200;
        await using var next = store.Again();
        var resumed = next.DeliveryTo(channel);
        await resumed.DeliverAsync(Cancelled);
        await resumed.DeliverAsync(Cancelled);
        Assert.Equal(["undo-1", "undo-2"], receiver.Taken.Select(message => (string?)message.Body["request_id"]));
    }

    [Fact]
    public async Task ANewChannelIsToldOfNothingThatHappenedBefore()
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        var clock = new SetClock();
        clock.Set(TimeSpan.FromMinutes(-1));
        await using var store = TempStore.Create(clock);
        await store.Broker.OpenedAsync(TempStore.NewRequest("undo-1", "a", clock.GetUtcNow()), Cancelled);
        clock.Set(TimeSpan.FromMinutes(1));
        var delivery = store.DeliveryTo(NotificationRig.Webhook(receiver.UrlOf("hook"), secret.Path), clock);
        await store.Broker.OpenedAsync(TempStore.NewRequest("undo-2", "b"), Cancelled);
        await delivery.DeliverAsync(Cancelled);
        Assert.Equal("undo-2", (string?)Assert.Single(receiver.Taken).Body["request_id"]);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    internal async Task OfSeveralProcessesOneTells(StoreKind kind)
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        await using var store = TempStore.Create(kind: kind);
        await using var other = store.Again();
        var channel = NotificationRig.Webhook(receiver.UrlOf("hook"), secret.Path);
        NotificationDelivery[] processes = [store.DeliveryTo(channel), other.DeliveryTo(channel)];
        string[] asked = [.. Enumerable.Range(1, 10).Select(number => $"undo-{number}")];
        foreach (var id in asked)
        {
            await store.Broker.OpenedAsync(TempStore.NewRequest(id, id), Cancelled);
            await Task.WhenAll(processes.Select(process => process.DeliverAsync(Cancelled)));
        }

        await processes[0].DeliverAsync(Cancelled);
        Assert.Equal(asked, receiver.Taken.Select(message => (string?)message.Body["request_id"]));
    }

    [Fact]
    public async Task AReceiverThatFailsIsSeenAndHoldsUpNoDecision()
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        receiver.Status = 403;
        using var secret = new SecretInFile();
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        var delivery = store.DeliveryTo(NotificationRig.Webhook(receiver.UrlOf("hook/SECRET-PATH"), secret.Path));
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        var failure = await Assert.ThrowsAsync<NotificationException>(() => delivery.DeliverAsync(Cancelled));
        Assert.DoesNotContain("SECRET-PATH", failure.Message, StringComparison.Ordinal);
        Assert.Equal(DecisionOutcome.Recorded, (await store.Broker.DecideAsync(TempStore.By("alice", request), Cancelled)).Outcome);
        var notifications = new NotificationStore(store.Database);
        var failing = Assert.Single(await notifications.FailingAsync(DateTimeOffset.UnixEpoch, Cancelled));
        Assert.Equal(("ops", "it answered 403"), (failing.Name, failing.Failure));
        receiver.Status = 200;
        await delivery.DeliverAsync(Cancelled);
        Assert.Equal(["opened", "decided"], receiver.Events);
        Assert.Empty(await notifications.FailingAsync(DateTimeOffset.UnixEpoch, Cancelled));
    }

    [Fact]
    public async Task ARequestThatIsAboutToExpireIsToldOfOnce()
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        var clock = new SetClock();
        await using var store = TempStore.Create(clock);
        var channel = NotificationRig.Webhook(receiver.UrlOf("hook"), secret.Path);
        var delivery = store.DeliveryTo(channel, clock);
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        Assert.Equal(request.ExpiresAt - TimeSpan.FromMinutes(5), (await delivery.DeliverAsync(Cancelled)).Next);
        clock.Set(TimeSpan.FromMinutes(9));
        await delivery.DeliverAsync(Cancelled);
        Assert.Equal(["opened"], receiver.Events);
        clock.Set(TimeSpan.FromMinutes(2));
        await delivery.DeliverAsync(Cancelled);
        Assert.Null((await store.DeliveryTo(channel, clock).DeliverAsync(Cancelled)).Next);
        Assert.Equal(["opened", "expires-soon"], receiver.Events);
        clock.Set(TimeSpan.FromMinutes(5));
        await store.Broker.ExpireAsync(request.Id, Cancelled);
        await delivery.DeliverAsync(Cancelled);
        Assert.Equal(["opened", "expires-soon", "decided"], receiver.Events);
    }

    [Fact]
    public async Task WhatIsMoreThanADayOldIsPassedOver()
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        var clock = new SetClock();
        await using var store = TempStore.Create(clock);
        var delivery = store.DeliveryTo(NotificationRig.Webhook(receiver.UrlOf("hook"), secret.Path), clock);
        await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        clock.Set(TimeSpan.FromHours(25));
        Assert.Equal(1, (await delivery.DeliverAsync(Cancelled)).PassedOver);
        Assert.Empty(receiver.Taken);
    }

    [Theory]
    [InlineData("prac*", "shop*", "deployment", "prod", "opened", true)]
    [InlineData("", "", "", "", "", true)]
    [InlineData("staging", "", "", "", "", false)]
    [InlineData("", "bank", "", "", "", false)]
    [InlineData("", "", "daemonset", "", "", false)]
    [InlineData("", "", "", "other", "", false)]
    [InlineData("", "", "", "", "ended", false)]
    public async Task AChannelIsToldOfWhatItsSettingsAskFor(
        string clusters, string namespaces, string types, string rules, string events, bool isTold)
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var secret = new SecretInFile();
        await using var store = TempStore.Create();
        var channel = NotificationRig.Webhook(receiver.UrlOf("hook"), secret.Path);
        foreach (var (list, value) in new[]
        {
            (channel.Clusters, clusters), (channel.Namespaces, namespaces), (channel.ResourceTypes, types), (channel.Rules, rules),
            (channel.When, events),
        })
        {
            if (value.Length > 0)
                list.Add(value);
        }

        var delivery = store.DeliveryTo(channel);
        var terms = new ApprovalTerms
        {
            Rule = "prod",
            RequiredApprovals = 1,
            RequesterMayApprove = true,
            RequestLifetime = TimeSpan.FromMinutes(15),
            ExecutionLifetime = TimeSpan.FromMinutes(5),
        };
        await store.Broker.OpenedAsync(TempStore.NewRequest() with { Terms = terms }, Cancelled);
        await delivery.DeliverAsync(Cancelled);
        Assert.Equal(isTold ? 1 : 0, receiver.Taken.Count);
    }
}
