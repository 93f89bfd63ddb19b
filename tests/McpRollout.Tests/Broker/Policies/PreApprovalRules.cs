using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Git;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Requests.Home;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Broker.Policies;

/// <summary>What an approval of a way back that was given beforehand lets through, and what it leaves to people.</summary>
public sealed class PreApprovalRules
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 17, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Half = TimeSpan.FromMinutes(30);

    private static readonly Approver Ann = new("ann", ["sre"], Now.AddDays(-9));
    private static readonly Approver Ben = new("ben", ["sre"], Now.AddDays(-9));

    private static readonly ApprovalTerms Offering = AnyTerms.Of("production") with { WayHomePreApproval = Half };

    private static readonly UndoRequest Undo = TempStore.NewRequest("undo-1", now: Now.AddMinutes(-20)) with
    {
        State = RequestState.Applied,
        AppliedDigest = new string('c', 64),
        Decisions = [By(Ann)],
        Outcome = new UndoOutcome("Not healthy.", Now.AddMinutes(-5), UndoRollout.Degraded, 5),
    };

    private static readonly UndoRequest Home = TempStore.NewRequest("undo-2", now: Now) with
    {
        Plan = Undo.Plan with { FromRevision = 5, FromDigest = new string('c', 64), ToRevision = 4, ToDigest = new string('a', 64) },
    };

    [Fact]
    public void TheWayBackIsApprovedByThoseWhoApprovedTheUndo()
    {
        var change = LetThrough()!;

        Assert.Equal((RequestState.Approved, 1), (change.Next.State, change.Next.GivenApprovals));
        Assert.Equal(("undo-1", Now.AddMinutes(20)), (change.Next.PreApproval!.Undo, change.Next.PreApproval.Until));
        Assert.Empty(change.Next.Decisions);
        Assert.Equal(Now.AddMinutes(5), change.Next.ExpiresAt);
        var record = Assert.Single(change.Records);
        Assert.Equal((AuditEvent.UndoPreapproved, AuditActor.System), (record.Event, record.Actor));
        Assert.Equal("undo-1", (string?)record.Detail!["undo"]);
        Assert.Equal("ann", (string?)record.Detail["approved_by"]![0]!["approver"]);
    }

    [Fact]
    public void ItIsNotCarriedOutAfterItsTime() =>
        Assert.Equal(Now.AddMinutes(20), LetThrough(now: Now.AddMinutes(19))!.Next.ExpiresAt);

    [Fact]
    public void ItsTimeIsNotStretched()
    {
        Assert.NotNull(LetThrough(now: Now.AddMinutes(20).AddTicks(-1)));
        Assert.Null(LetThrough(now: Now.AddMinutes(20)));
        Assert.Null(LetThrough(terms: Offering with { WayHomePreApproval = TimeSpan.FromMinutes(10) }));
        Assert.Null(LetThrough(terms: Offering with { WayHomePreApproval = null }));
        Assert.NotNull(LetThrough(terms: Offering with { WayHomePreApproval = TimeSpan.FromHours(5) }));
        Assert.Null(LetThrough(terms: Offering with { WayHomePreApproval = TimeSpan.FromHours(5) }, now: Now.AddMinutes(20)));
    }

    [Fact]
    public void OnlyExactlyWhatRanBeforeIsLetThrough()
    {
        var plan = Home.Plan;
        UndoPlan[] others =
        [
            plan with { ToRevision = 3 }, plan with { ToDigest = new string('d', 64) }, plan with { FromRevision = 6 },
            plan with { FromDigest = new string('d', 64) }, plan with { Uid = "uid-2" }, plan with { Name = "other" },
            plan with { Namespace = "other" }, plan with { Cluster = "other" }, plan with { Server = "https://other" },
            plan with { Pods = [new PodRef("checkout-0", "uid-9")] }, plan with { Pins = [] },
            plan with { Pause = new(OwnerKind.Application, "argocd", "shop", "uid-8", "true") },
            plan with { Resume = new(OwnerKind.Application, "argocd", "shop", "uid-8", "undo-0", "false", true) },
            plan with { Revert = new(GitHostKind.GitLab, "git.example", "shop/web", null, "c0ffee", "main") },
        ];
        Assert.All(others, other => Assert.Null(LetThrough(Home with { Plan = other })));
        Assert.Null(LetThrough(undo: Undo with { Outcome = Undo.Outcome! with { Revision = null } }));
    }

    [Fact]
    public void ItIsLetThroughOnceWhateverBecameOfIt()
    {
        foreach (var state in Enum.GetValues<RequestState>())
            Assert.Null(LetThrough(others: [Home with { Id = "undo-3", State = state, PreApproval = new("undo-1", Now, []) }]));
        Assert.NotNull(LetThrough(others: [Home with { Id = "undo-3", State = RequestState.Expired }]));
    }

    [Fact]
    public void EachWhoApprovedMustHaveChosenIt()
    {
        var two = Offering with { RequiredApprovals = 2 };
        Assert.Null(LetThrough(undo: Undo with { Decisions = [By(Ann), By(Ben) with { WayHomeUntil = null }] }, terms: two));
        Assert.Null(LetThrough(undo: Undo with { Decisions = [By(Ann)] }, terms: two));
        Assert.Null(LetThrough(undo: Undo with { Decisions = [By(Ann) with { BreakGlass = true }] }));
        Assert.Equal(2, LetThrough(undo: Undo with { Decisions = [By(Ann), By(Ben)] }, terms: two)!.Next.GivenApprovals);
    }

    [Fact]
    public void WhatNeedsAFreshLookIsLeftToPeople()
    {
        Assert.Null(LetThrough(Home with { Findings = [Finding(FindingKinds.MissingReference)] }));
        Assert.Null(LetThrough(
            Home with { Findings = [Finding(FindingKinds.MissingReference)] },
            undo: Undo with { Findings = [Finding(FindingKinds.MissingReference)] }));
        Assert.Null(LetThrough(Home with { Findings = [Finding(FindingKinds.ManagedBy)] }));
        Assert.NotNull(LetThrough(
            Home with { Findings = [Finding(FindingKinds.ManagedBy)] }, undo: Undo with { Findings = [Finding(FindingKinds.ManagedBy)] }));
        Assert.Null(LetThrough(Home with { Findings = [Finding(FindingKinds.ImageGone)] }));
        Assert.Null(LetThrough(Home with { Findings = [Finding(FindingKinds.ImageNotPullable)] }));
        Assert.Null(LetThrough(Home with { EarlierDenials = [new("undo-0", "ben", Now.AddMinutes(-1), null, 4, true)] }));
        Assert.NotNull(LetThrough(Home with { EarlierDenials = [new("undo-0", "ben", Now.AddMinutes(-11), null, 3, false)] }));
        Assert.Null(LetThrough(terms: Offering with { Freezes = [AnyTerms.Always with { ExceptGroup = "sre" }] }));
        Assert.Null(LetThrough(terms: Offering with { Deny = true }));
        Assert.Null(LetThrough(terms: Offering with { CommentRequired = true }));
        Assert.Null(LetThrough(terms: Offering with { PasskeyRequired = true }));
        Assert.Null(LetThrough(terms: Offering with { Groups = ["dba"] }));
        Assert.Null(LetThrough(
            Home with { WayHome = new WayHomeOf("undo-1", "ann") }, terms: Offering with { RequesterMayApprove = false }));
        Assert.Null(LetThrough(people: [Ben]));
        Assert.Null(LetThrough(people: [Ann with { EnrolledAt = Now }, Ben]));
        Assert.Null(LetThrough(Home with { HeldAt = Now }));
        Assert.Null(LetThrough(Home with { State = RequestState.Denied }));
    }

    [Fact]
    public void WhatRecoveredAfterItWasCalledDegradedIsLeftToPeople()
    {
        var recovered = Home with { Findings = [Finding(FindingKinds.CurrentHealthy)] };
        Assert.Null(LetThrough(recovered));

        // A watch that ended worse has ready pods all the same.
        var watch = new Verification(VerificationState.Worse, Now.AddMinutes(-6), Now.AddMinutes(-5), "Worse.", 3, 3, 0);
        Assert.NotNull(LetThrough(recovered, undo: Undo with
        {
            Outcome = Undo.Outcome! with { Rollout = UndoRollout.Healthy, Verification = watch },
        }));
    }

    [Fact]
    public void AFreezeThatBeganSinceAsksPeopleEvenThoseWhoCouldLiftIt()
    {
        var approved = LetThrough()!.Next;
        var frozen = Offering with { Freezes = [AnyTerms.Always with { ExceptGroup = "sre" }] };

        var asking = ExecutionTransitions.Claim(Case(approved, frozen), [], "me", Half)!.Next;

        Assert.Equal((RequestState.Pending, 0), (asking.State, asking.GivenApprovals));
    }

    [Fact]
    public void AWayBackHasNoWayBackOfItsOwnThatWasApprovedBeforehand()
    {
        Assert.Null(LetThrough(undo: Undo with { WayHome = new WayHomeOf("undo-0", null) }));
        Assert.Null(LetThrough(undo: Undo with { PreApproval = new PreApproval("undo-0", Now, []) }));
        Assert.Null(Case(Home with { WayHome = new WayHomeOf("undo-1", null) }, Offering).WayHomeOffer);
        Assert.Equal(Half, Case(Home, Offering).WayHomeOffer);
        Assert.Null(Case(Home with { Plan = Home.Plan with { ResourceType = ResourceType.HelmRelease } }, Offering).WayHomeOffer);
    }

    [Theory]
    [InlineData(1800, true)]
    [InlineData(60, true)]
    [InlineData(1801, false)]
    [InlineData(0, false)]
    [InlineData(-60, false)]
    public void NobodyApprovesItForLongerThanTheRulesOffer(int seconds, bool isTaken)
    {
        var attempt = new DecisionAttempt("undo-2", Verdict.Approve, Home.Plan.Digest, "ann", "", "seen", "http")
        {
            WayHomeFor = TimeSpan.FromSeconds(seconds),
        };
        Assert.Equal(isTaken, Case(Home, Offering).Refusal(attempt, Ann) is null);
        Assert.Equal(DecisionOutcome.NotAllowed, Case(Home, AnyTerms.Of("production")).Refusal(attempt, Ann)!.Outcome);
        Assert.Null(Case(Home, Offering).Refusal(attempt with { Verdict = Verdict.Deny }, Ann));
    }

    [Fact]
    public void WhoApprovesAloneDoesNotApproveTheWayBackToo()
    {
        var alone = Offering with { RequiredApprovals = 2, BreakGlassGroup = "sre" };
        var attempt = new DecisionAttempt("undo-2", Verdict.Approve, Home.Plan.Digest, "ann", "", "nobody else answers", "http")
        {
            BreakGlass = true,
            WayHomeFor = Half,
        };
        Assert.Equal(DecisionOutcome.NotAllowed, Case(Home, alone).Refusal(attempt, Ann)!.Outcome);
        Assert.Null(Case(Home, alone).Refusal(attempt with { WayHomeFor = null }, Ann));
    }

    [Fact]
    public void WhatWasChosenIsPartOfDecisionRecordAndStatement()
    {
        var attempt = new DecisionAttempt("undo-2", Verdict.Approve, Home.Plan.Digest, "ann", "", null, "http") { WayHomeFor = Half };
        var change = DecisionTransitions.Decide(Case(Home, Offering), attempt, Ann);

        Assert.Equal(Now + Half, Assert.Single(change.Next.Decisions).WayHomeUntil);
        var detail = Assert.Single(change.Records).Detail!;
        Assert.Equal(1800, (long)detail["way_home_seconds"]!);
        Assert.Equal((Now + Half).UtcDateTime.ToString("O"), (string?)detail["way_home_until"]);
        Assert.Contains("\"way_home_seconds\":1800", DecisionStatement.Of(Case(Home, Offering), attempt, "n"), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "way_home", DecisionStatement.Of(Case(Home, Offering), attempt with { WayHomeFor = null }, "n"), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "way_home", DecisionStatement.Of(Case(Home, Offering), attempt with { Verdict = Verdict.Deny }, "n"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNewAsksPeopleAfterAll()
    {
        var approved = LetThrough()!.Next;
        var asking = ExecutionTransitions.Claim(Case(approved, Offering), [Finding(FindingKinds.MissingReference)], "me", Half)!.Next;

        Assert.Equal((RequestState.Pending, 0), (asking.State, asking.GivenApprovals));
        Assert.Equal("undo-1", asking.PreApproval!.Undo);
        var stricter = ExecutionTransitions.Claim(Case(approved, Offering with { WayHomePreApproval = null }), [], "me", Half)!.Next;
        Assert.Equal(RequestState.Failed, stricter.State);
        Assert.Equal(RequestState.Executing, ExecutionTransitions.Claim(Case(approved, Offering), [], "me", Half)!.Next.State);
    }

    private static RequestChange? LetThrough(
        UndoRequest? home = null, UndoRequest? undo = null, ApprovalTerms? terms = null, DateTimeOffset? now = null,
        IReadOnlyList<UndoRequest>? others = null, IReadOnlyList<Approver>? people = null) => PreApprovals.LetThrough(
        Case(home ?? Home, terms ?? Offering) with { Now = now ?? Now, Approvers = people ?? [Ann, Ben] }, undo ?? Undo, others ?? []);

    private static ApprovalEvaluation Case(UndoRequest request, ApprovalTerms terms) => new(request, [terms], [Ann, Ben], Now);

    private static Decision By(Approver approver) =>
        new(approver.Name, Verdict.Approve, Now.AddMinutes(-10), null) { WayHomeUntil = Now.AddMinutes(20), Findings = "seen" };

    private static Finding Finding(FindingKind kind) => new(kind.Severity, kind.Code, "Something.");
}
