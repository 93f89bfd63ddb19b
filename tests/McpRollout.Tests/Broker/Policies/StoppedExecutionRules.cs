using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Findings;
using McpRollout.Tests.Cluster;

namespace McpRollout.Tests.Broker.Policies;

public class StoppedExecutionRules
{
    private static readonly ApprovalTerms Two = AnyTerms.Of("production") with { RequiredApprovals = 2, Groups = ["sre"] };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatStillSufficesIsClaimed()
    {
        var (store, _, request) = await ApprovedAsync();
        await using var kept = store;
        Assert.NotNull(await ClaimAsync(store, request));
    }

    [Fact]
    public async Task AnApproverWhoWasRemovedStopsIt()
    {
        var (store, _, request) = await ApprovedAsync();
        await using var kept = store;
        await store.Approvers.RemoveAsync("ben", AuditActor.System, Cancelled);
        await AssertStoppedAsync(store, request, "needs 2 approvals, and has 1 that counts");
    }

    [Fact]
    public async Task AnApproverWhoWasEnrolledAgainStopsIt()
    {
        var (store, time, request) = await ApprovedAsync();
        await using var kept = store;
        await store.Approvers.RemoveAsync("ben", AuditActor.System, Cancelled);
        time.Advance(TimeSpan.FromSeconds(1));
        await store.EnrolAsync("ben", "sre");
        await AssertStoppedAsync(store, request, "has 1 that counts");
    }

    [Fact]
    public async Task WhoWasEnrolledAgainDecidesAnew()
    {
        var time = new ManualClock();
        await using var store = TempStore.Create(time);
        await store.EnrolAsync("ann", "sre");
        await store.EnrolAsync("ben", "sre");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(now: time.GetUtcNow()) with { Terms = Two }, Cancelled);
        await store.Broker.DecideAsync(TempStore.By("ann", request), Cancelled);
        await store.Approvers.RemoveAsync("ann", AuditActor.System, Cancelled);
        time.Advance(TimeSpan.FromSeconds(1));
        await store.EnrolAsync("ann", "sre");

        var again = await store.Broker.DecideAsync(TempStore.By("ann", request), Cancelled);
        Assert.Equal((DecisionOutcome.Recorded, RequestState.Pending), (again.Outcome, again.Request!.State));
        Assert.Contains("needs 2 approvals, and has 1 that counts", again.Message, StringComparison.Ordinal);
        Assert.Equal(RequestState.Approved, (await store.Broker.DecideAsync(TempStore.By("ben", request), Cancelled)).Request!.State);
    }

    [Fact]
    public async Task AnApproverWhoLeftTheGroupStopsIt()
    {
        var (store, time, request) = await ApprovedAsync();
        await using var kept = store;
        await store.Approvers.RemoveAsync("ben", AuditActor.System, Cancelled);
        time.Advance(TimeSpan.FromSeconds(1));
        await store.EnrolAsync("ben");
        await AssertStoppedAsync(store, request, "has 1 that counts");
    }

    [Fact]
    public async Task ARuleThatBecameStricterStopsIt()
    {
        var (store, time, request) = await ApprovedAsync();
        await using var kept = store;
        await using var stricter = store.Again(new() { Rules = { new() { Name = "now", Namespaces = { "shop" }, RequiredApprovals = 3 } } },
            time: time);
        await AssertStoppedAsync(stricter, request, "Rule 'now' needs 3 approvals");
    }

    [Fact]
    public async Task ARuleForTheLabelsThatTheWorkloadHasNowStopsIt()
    {
        var (store, time, request) = await ApprovedAsync();
        await using var kept = store;
        PolicyOptions sealing = new() { Rules = { new() { Name = "sealed", Labels = { "sealed=yes" }, Deny = true } } };
        await using var other = store.Again(sealing, time: time);
        await AssertStoppedAsync(other, request, "Rule 'sealed' refuses", new() { ["sealed"] = "yes" });
    }

    [Fact]
    public async Task AFreezeThatBeganStopsIt()
    {
        var now = new ManualClock().GetUtcNow().UtcDateTime;
        var begins = AnyTerms.Always with { TimeZone = "UTC", Starts = now.AddMinutes(1), Ends = now.AddHours(1) };
        var (store, time, request) = await ApprovedAsync(Two with { Freezes = [begins] });
        await using var kept = store;
        time.Advance(TimeSpan.FromMinutes(1));
        await AssertStoppedAsync(store, request, "is in force until");
    }

    /// <summary>Who may lift it is asked; nothing is lost.</summary>
    [Fact]
    public async Task AFreezeThatBeganAndThatSomebodyMayLiftAsksThem()
    {
        var now = new ManualClock().GetUtcNow().UtcDateTime;
        var begins = AnyTerms.Always with { TimeZone = "UTC", Starts = now.AddMinutes(1), Ends = now.AddHours(1), ExceptGroup = "leads" };
        var (store, time, request) = await ApprovedAsync(Two with { Freezes = [begins] });
        await using var kept = store;
        await store.EnrolAsync("lea", "leads", "sre");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await ClaimAsync(store, request));

        var held = (await store.Broker.FindAsync(request.Id, Cancelled))!;
        Assert.Equal((RequestState.Pending, 2), (held.State, held.GivenApprovals));
        Assert.Contains("is in force until", held.Outcome!.Message, StringComparison.Ordinal);
        Assert.Equal("undo.held", store.AuditEvents[^1]);
        Assert.Equal(RequestState.Approved, (await store.Broker.DecideAsync(TempStore.By("lea", held), Cancelled)).Request!.State);
        Assert.NotNull(await ClaimAsync(store, request));
    }

    [Fact]
    public async Task AFreezeThatBeganBeforeAnotherTryAndThatSomebodyMayLiftAsksThem()
    {
        var now = new ManualClock().GetUtcNow().UtcDateTime;
        var begins = AnyTerms.Always with { TimeZone = "UTC", Starts = now.AddMinutes(1), Ends = now.AddHours(1), ExceptGroup = "leads" };
        var (store, time, request) = await ApprovedAsync(Two with { Freezes = [begins] });
        await using var kept = store;
        await store.EnrolAsync("lea", "leads", "sre");
        var claimed = (await ClaimAsync(store, request))!;
        time.Advance(TimeSpan.FromMinutes(1));

        var (ticket, whyNot) = await claimed.RenewAsync(
            store.Broker, TimeSpan.FromMinutes(1), new Dictionary<string, string>(), [], Cancelled);

        Assert.Null(ticket);
        Assert.IsType<WriteResult.Held>(whyNot);
        Assert.Equal(RequestState.Pending, (await store.Broker.FindAsync(request.Id, Cancelled))!.State);
        Assert.Equal("undo.held", store.AuditEvents[^1]);
    }

    [Fact]
    public async Task WhatWasHeldExpiresWhenTheRequestWouldHave()
    {
        var (store, time, request) = await ApprovedAsync();
        await using var kept = store;
        var gone = FindingKinds.MissingReference.Of("ConfigMap flags is gone.", "ConfigMap flags");
        Assert.Null(await store.Broker.ClaimAsync(request.Id, "somebody", TimeSpan.FromMinutes(1), null, [gone], Cancelled));
        time.Advance(request.CreatedAt + Two.RequestLifetime - time.GetUtcNow());

        var end = (await store.Broker.FindAsync(request.Id, Cancelled))!;
        Assert.Equal(RequestState.Expired, end.State);
        Assert.Equal("It was held for what was new since it was approved, and not approved again in time; nothing was sent to the cluster.",
            end.Outcome!.Message);
    }

    [Fact]
    public async Task AProcessWithoutRulesAddsNone()
    {
        var (store, time, request) = await ApprovedAsync();
        await using var kept = store;
        await using var other = store.Again(time: time);
        Assert.NotNull(await ClaimAsync(other, request));
    }

    [Fact]
    public async Task TheTermsOfTheTimeOfAskingSurviveTheStore()
    {
        await using var store = TempStore.Create();
        var freeze = AnyTerms.Always with { Days = [DayOfWeek.Monday], From = new(22, 30), ExceptGroup = "leads" };
        var request = TempStore.NewRequest() with
        {
            Terms = Two with
            {
                Names = ["ann"],
                BreakGlassGroup = "x",
                CommentRequired = true,
                Freezes = [freeze],
                RequesterMayApprove = false,
            },
            Labels = new Dictionary<string, string> { ["tier"] = "payments" },
            Requester = new("dev", "agent", OnBehalfOf: "mira"),
        };
        await store.Broker.OpenedAsync(request, Cancelled);
        Assert.Equivalent(request, await store.Broker.FindAsync(request.Id, Cancelled), strict: true);
    }

    private static async Task<(TempStore Store, ManualClock Time, UndoRequest Request)> ApprovedAsync(ApprovalTerms? terms = null)
    {
        var time = new ManualClock();
        var store = TempStore.Create(time);
        await store.EnrolAsync("ann", "sre");
        await store.EnrolAsync("ben", "sre");
        time.Advance(TimeSpan.FromSeconds(1));
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(now: time.GetUtcNow()) with { Terms = terms ?? Two }, Cancelled);
        Assert.Equal(RequestState.Pending, (await store.Broker.DecideAsync(TempStore.By("ann", request), Cancelled)).Request!.State);
        Assert.Equal(RequestState.Approved, (await store.Broker.DecideAsync(TempStore.By("ben", request), Cancelled)).Request!.State);
        return (store, time, request);
    }

    private static Task<ApprovedUndo?> ClaimAsync(TempStore store, UndoRequest request, Dictionary<string, string>? labels = null) =>
        store.Broker.ClaimAsync(request.Id, "somebody", TimeSpan.FromMinutes(1), labels ?? [], [], Cancelled);

    private static async Task AssertStoppedAsync(TempStore store, UndoRequest request, string why, Dictionary<string,
        string>? labels = null)
    {
        Assert.Null(await ClaimAsync(store, request, labels));
        var stopped = await store.Broker.FindAsync(request.Id, Cancelled);
        Assert.Equal(RequestState.Failed, stopped!.State);
        Assert.Contains(why, stopped.Outcome!.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was sent to the cluster.", stopped.Outcome.Message, StringComparison.Ordinal);
        Assert.Equal("undo.failed", store.AuditEvents[^1]);
    }
}
