using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.Cluster;
using McpRollout.Tests.Person.Page;

namespace McpRollout.Tests.Broker;

/// <summary>What holds on either store.</summary>
public abstract class ApprovalBrokerRules
{
    private readonly StoreKind _kind;

    private protected ApprovalBrokerRules(StoreKind kind) => _kind = kind;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CannotClaimWithoutApproval()
    {
        await using var store = TempStore.Create(kind: _kind);
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        Assert.Null(await store.Broker.ClaimAsync(request.Id, "somebody", TimeSpan.FromMinutes(1), null, [], Cancelled));
    }

    [Fact]
    public async Task AnApprovalIsClaimedOnce()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        Assert.Equal(DecisionOutcome.Recorded, (await store.Broker.DecideAsync(TempStore.By("alice", request), Cancelled)).Outcome);

        await using var other = store.Again();
        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => (i % 2 == 0 ? store : other).Broker.ClaimAsync(request.Id, "somebody", TimeSpan.FromMinutes(1), null, [], Cancelled))));
        Assert.Single(claims, claim => claim is not null);
        Assert.Equal(RequestState.Executing, (await other.Broker.FindAsync(request.Id, Cancelled))!.State);
    }

    [Fact]
    public async Task WhatWasKnownStaysBesideTheRequestWhateverBecomesOfIt()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        var incident = Incident.Request(DateTimeOffset.UtcNow);
        var request = await store.Broker.OpenedAsync(incident, Cancelled, Incident.DossierOf(incident));
        await store.Broker.DecideAsync(TempStore.By("alice", request), Cancelled);

        Assert.NotEmpty((await store.Broker.SnapshotOfAsync(request, Cancelled))!.Diff);
        Assert.Null(await store.Broker.SnapshotOfAsync(TempStore.NewRequest("undo-other"), Cancelled));
    }

    [Fact]
    public async Task AStoreThatKeptItInTheRequestHandsItOver()
    {
        await using var store = TempStore.Create(kind: _kind);
        var incident = Incident.Request(DateTimeOffset.UtcNow) with { Reason = "It crashes.\0" };
        var request = await store.Broker.OpenedAsync(incident, Cancelled, Incident.DossierOf(incident));
        await store.Broker.OpenedAsync(TempStore.NewRequest("undo-without"), Cancelled);
        await store.Database.WriteAsync(
            async session =>
            {
                var body = JsonNode.Parse(
                    (await session.ScalarAsync<string>("SELECT body FROM requests WHERE id = @id", ("@id", request.Id)))!)!;
                body["before"] = JsonNode.Parse(
                    (await session.ScalarAsync<string>("SELECT dossier FROM requests WHERE id = @id", ("@id", request.Id)))!);
                await session.ExecuteAsync("UPDATE requests SET body = @body WHERE id = @id", ("@body", body.ToJsonString()),
                    ("@id", request.Id));
                await session.ExecuteAsync("ALTER TABLE requests DROP COLUMN dossier");
                foreach (var step in new[]
                {
                    "DROP TABLE browser_key", "DROP TABLE remembered_checkpoints", "DROP TABLE ran_images", "DROP TABLE passkeys",
                    "DROP TABLE invitations", "DROP TABLE used_nonces", "DROP TABLE notification_channels",
                    "DROP TABLE notification_reminders", "DROP TABLE notification_pauses", "DROP INDEX pausing_requests",
                    "ALTER TABLE requests DROP COLUMN paused_at", "DROP TABLE sign_ins", "DROP INDEX approvers_by_identity",
                    "ALTER TABLE approvers DROP COLUMN issuer", "ALTER TABLE approvers DROP COLUMN subject",
                })
                    await session.ExecuteAsync(step);
                return await session.ExecuteAsync(_kind == StoreKind.Sqlite
                    ? "PRAGMA user_version = 3" : "UPDATE schema_steps SET taken = 3");
            },
            Cancelled);

        await using var newer = store.Again();
        await newer.Broker.CancelAsync(request.Id, request.Requester, "Not any more.", Cancelled);
        var found = (await newer.Broker.FindAsync(request.Id, Cancelled))!;
        Assert.Equal((request.Reason, RequestState.Cancelled), (found.Reason, found.State));
        Assert.NotEmpty((await newer.Broker.SnapshotOfAsync(found, Cancelled))!.Diff);
        Assert.Null(await newer.Broker.SnapshotOfAsync((await newer.Broker.FindAsync("undo-without", Cancelled))!, Cancelled));
    }

    [Fact]
    public async Task ManyDecisionsAtOnceHaveOneOutcome()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        await store.EnrolAsync("bob");
        await using var other = store.Again();
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => (i % 2 == 0 ? store : other).Broker.DecideAsync(
            TempStore.By(i % 4 < 2 ? "alice" : "bob", request, i % 3 == 0 ? Verdict.Deny : Verdict.Approve), Cancelled))));

        Assert.Single(results, result => result.Outcome == DecisionOutcome.Recorded);
        Assert.Single((await store.Broker.FindAsync(request.Id, Cancelled))!.Decisions);
    }

    [Fact]
    public async Task ADenialIsFinal()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        await store.EnrolAsync("bob");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        await store.Broker.DecideAsync(TempStore.By("alice", request, Verdict.Deny), Cancelled);
        var second = await store.Broker.DecideAsync(TempStore.By("bob", request), Cancelled);
        Assert.Equal((DecisionOutcome.AlreadyDecided, RequestState.Denied), (second.Outcome, second.Request!.State));
    }

    [Fact]
    public async Task ADecisionForAnotherPlanIsRefusedAndRecorded()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        var result = await store.Broker.DecideAsync(TempStore.By("alice", request) with { Plan = new string('0', 64) }, Cancelled);
        Assert.Equal((DecisionOutcome.OtherPlan, RequestState.Pending), (result.Outcome, result.Request!.State));
        Assert.Equal("decision.rejected", store.AuditEvents[^1]);
    }

    [Fact]
    public async Task ThePassphraseReachesNeitherAuditNorStoreNorText()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        var attempt = TempStore.By("alice", request, passphrase: "wrong but telling");
        await store.Broker.DecideAsync(attempt, Cancelled);
        await store.Broker.DecideAsync(TempStore.By("alice", request), Cancelled);
        Assert.DoesNotContain("telling", attempt.ToString(), StringComparison.Ordinal);
        var text = await store.TextAsync();
        Assert.DoesNotContain("telling", text, StringComparison.Ordinal);
        Assert.DoesNotContain(TempStore.Passphrase, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APassphraseInTheNameFieldIsNotKept()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        await store.Broker.DecideAsync(TempStore.By("my secret passphrase", request, passphrase: "alice"), Cancelled);
        Assert.Equal("decision.rejected", store.AuditEvents[^1]);
        Assert.DoesNotContain("my secret passphrase", await store.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOpenRequestIsNeverPushedOutOfSight()
    {
        await using var store = TempStore.Create(kind: _kind);
        var pending = await store.Broker.OpenedAsync(TempStore.NewRequest("undo-open", now: DateTimeOffset.UtcNow.AddMinutes(-1)),
            Cancelled);
        for (var i = 0; i < 60; i++)
        {
            await store.Broker.OpenedAsync(TempStore.NewRequest($"undo-{i}", name: "other"), Cancelled);
            await store.Broker.CancelAsync($"undo-{i}", new Requester("dev", "agent"), "again", Cancelled);
        }

        Assert.Equal(pending.Id, (await store.Broker.ListRecentAsync(Cancelled))[0].Id);
    }

    [Fact]
    public async Task NobodyDecidesAfterTheLifetime()
    {
        var time = new ManualClock { Hurry = TimeSpan.FromSeconds(2) };
        await using var store = TempStore.Create(time, _kind);
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(now: time.GetUtcNow()), Cancelled);
        time.Advance(TimeSpan.FromMinutes(15));
        var result = await store.Broker.DecideAsync(TempStore.By("alice", request), Cancelled);
        Assert.Equal((DecisionOutcome.Expired, RequestState.Expired), (result.Outcome, result.Request!.State));
        Assert.Contains("undo.expired", store.AuditEvents);
    }

    [Fact]
    public async Task AnApprovalThatIsNotCarriedOutInTimeExpires()
    {
        var time = new ManualClock { Hurry = TimeSpan.FromSeconds(2) };
        await using var store = TempStore.Create(time, _kind);
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(now: time.GetUtcNow()), Cancelled);
        await store.Broker.DecideAsync(TempStore.By("alice", request), Cancelled);
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await store.Broker.ClaimAsync(request.Id, "somebody", TimeSpan.FromMinutes(1), null, [], Cancelled));
        Assert.Equal(RequestState.Expired, (await store.Broker.FindAsync(request.Id, Cancelled))!.State);
    }

    [Fact]
    public async Task CancellingIsIdempotentAndTooLateOnceExecuting()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        var requester = new Requester("dev", "agent");
        var first = await store.Broker.OpenedAsync(TempStore.NewRequest("undo-1"), Cancelled);
        Assert.Equal(RequestState.Cancelled, (await store.Broker.CancelAsync(first.Id, requester, "no need", Cancelled))!.State);
        Assert.Equal(RequestState.Cancelled, (await store.Broker.CancelAsync(first.Id, requester, "no need", Cancelled))!.State);
        Assert.Single(store.AuditEvents, name => name == "undo.cancelled");

        var second = await store.Broker.OpenedAsync(TempStore.NewRequest("undo-2"), Cancelled);
        await store.Broker.DecideAsync(TempStore.By("alice", second), Cancelled);
        await store.Broker.ClaimAsync(second.Id, "somebody", TimeSpan.FromMinutes(1), null, [], Cancelled);
        Assert.Equal(RequestState.Executing, (await store.Broker.CancelAsync(second.Id, requester, "too late", Cancelled))!.State);
    }

    [Fact]
    public async Task AWorkloadHasOneOpenRequest()
    {
        await using var store = TempStore.Create(kind: _kind);
        await using var other = store.Again();
        var opened = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(
            () => (i % 2 == 0 ? store : other).Broker.OpenedAsync(TempStore.NewRequest($"undo-{i}"), Cancelled))));
        Assert.Single(opened.Select(request => request.Id).Distinct());
        Assert.Single(store.AuditEvents);
    }

    [Fact]
    public async Task AnotherProcessesDecisionIsHeardOf()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        var waiting = store.Broker.WaitAsync(request.Id, found => found.State != RequestState.Pending, TimeSpan.FromMinutes(1), Cancelled);
        await using var other = store.Again();
        await other.Broker.DecideAsync(TempStore.By("alice", request), Cancelled);
        Assert.Equal(RequestState.Approved, (await waiting)!.State);
    }

    [Fact]
    public async Task WhatWasOpenIsOpenAfterARestart()
    {
        await using var store = TempStore.Create(kind: _kind);
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        await using var restarted = store.Again();
        Assert.Equivalent(request, await restarted.Broker.FindAsync(request.Id, Cancelled), strict: true);
    }

    [Fact]
    public async Task TheRequestsOfAWorkloadAreRememberedTheLatestFirst()
    {
        await using var store = TempStore.Create(kind: _kind);
        var noon = DateTimeOffset.UtcNow;
        foreach (var (id, name, minutes) in new[] { ("undo-1", "checkout", 0), ("undo-2", "other", 1), ("undo-3", "checkout", 2) })
        {
            var request = await store.Broker.OpenedAsync(TempStore.NewRequest(id, name, noon.AddMinutes(minutes)), Cancelled);
            await store.Broker.CancelAsync(id, request.Requester, "enough", Cancelled);
        }

        var plan = TempStore.NewRequest().Plan;
        var remembered = await store.Requests.ListOfAsync(plan.Server, plan.Workload, 10, Cancelled);
        Assert.Equal(["undo-3", "undo-1"], remembered.Select(request => request.Id));
        Assert.Equal("undo-3", Assert.Single(await store.Requests.ListOfAsync(plan.Server, plan.Workload, 1, Cancelled)).Id);
    }
}

public sealed class ApprovalBrokerOnSqlite() : ApprovalBrokerRules(StoreKind.Sqlite);

public sealed class ApprovalBrokerOnPostgres() : ApprovalBrokerRules(StoreKind.Postgres);
