using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.Cases;

namespace McpRollout.Tests.Broker.Policies;

public class ApprovalCaseRules
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Approver Ann = new("ann", ["sre"], Now.AddDays(-9));
    private static readonly Approver Ben = new("ben", ["sre", "leads"], Now.AddDays(-9));
    private static readonly Approver Dev = new("Dev", ["sre"], Now.AddDays(-9));
    private static readonly Approver Oncall = new("oncall", ["firefighters"], Now.AddDays(-9));

    private static readonly ApprovalTerms Two = AnyTerms.Of("production") with
    {
        Groups = ["SRE"],
        RequiredApprovals = 2,
        RequesterMayApprove = false,
        BreakGlassGroup = "firefighters",
    };

    [Fact]
    [Proves(Hazard.EachPersonCountsOnce)]
    public void AnApprovalCountsOnceAPerson()
    {
        Assert.NotNull(Case([Two], By(Ann)).UnmetRequirements);
        Assert.NotNull(Case([Two], By(Ann), By(Ann)).UnmetRequirements);
        Assert.Null(Case([Two], By(Ann), By(Ben)).UnmetRequirements);
        Assert.Equal((2, 1), (Case([Two], By(Ann), By(Ann)).Required, Case([Two], By(Ann), By(Ann)).Given));
    }

    [Fact]
    public void AnApprovalCountsOnlyOfThoseWhoMayApproveNow()
    {
        Assert.NotNull(Case([Two], By(Ann), By(Oncall)).UnmetRequirements);
        Assert.NotNull(Case([Two], By(Ann), By(Dev)).UnmetRequirements);
        var both = Case([Two], By(Ann), By(Ben));
        Assert.NotNull((both with { Approvers = [Ann] }).UnmetRequirements);
        Assert.NotNull((both with { Approvers = [Ann, Ben with { Groups = ["leads"] }] }).UnmetRequirements);
        Assert.NotNull((both with { Approvers = [Ann, Ben with { EnrolledAt = Now.AddSeconds(-1) }] }).UnmetRequirements);
    }

    [Fact]
    public void AllTermsMustBeMet()
    {
        var named = AnyTerms.Of("named") with { Names = ["ann", "ben"] };
        Assert.Null(Case([Two, named], By(Ann), By(Ben)).UnmetRequirements);
        Assert.Contains("'production'", Case([Two, named with { Names = ["ann"] }], By(Ann), By(Ben)).UnmetRequirements,
            StringComparison.Ordinal);
        Assert.Contains("'named'", Case([Two, named with { Names = ["oncall"] }], By(Ann), By(Ben)).UnmetRequirements,
            StringComparison.Ordinal);
        Assert.Contains("'named'", Case([Two, named with { Deny = true }], By(Ann), By(Ben)).UnmetRequirements, StringComparison.Ordinal);
        Assert.Contains("'named'", Case([Two, named with { CommentRequired = true }], By(Ann), By(Ben)).UnmetRequirements,
            StringComparison.Ordinal);
        Assert.Equal((1, 0), (Case([named], By(Dev)).Required, Case([named], By(Dev)).Given));
    }

    [Fact]
    public void OneWhoBreaksTheGlassSufficesAlone()
    {
        Assert.Null(Case([Two], By(Oncall, "fire", breakGlass: true)).UnmetRequirements);
        Assert.NotNull(Case([Two], By(Oncall, breakGlass: true)).UnmetRequirements);
        Assert.NotNull(Case([Two], By(Ann, "fire", breakGlass: true)).UnmetRequirements);
        Assert.NotNull(Case([Two with { Deny = true }], By(Oncall, "fire", breakGlass: true)).UnmetRequirements);
        Assert.NotNull(Case([Two with { Freezes = [AnyTerms.Always] }], By(Oncall, "fire", breakGlass: true)).UnmetRequirements);
        Assert.NotNull(
            Case([Two, AnyTerms.Of("other") with { RequiredApprovals = 2 }], By(Oncall, "fire", breakGlass: true)).UnmetRequirements);
    }

    [Fact]
    public void AFreezeWithAGroupNeedsOneOfItAmongTheApprovers()
    {
        var frozen = Two with { Freezes = [AnyTerms.Always with { ExceptGroup = "leads" }] };
        Assert.Null(Case([frozen], By(Ann), By(Ben)).UnmetRequirements);
        Assert.NotNull(Case([frozen with { RequiredApprovals = 1 }], By(Ann)).UnmetRequirements);
        Assert.Null(Case([frozen]).Refusal(Attempt(Ann), Ann));
        Assert.NotNull(Case([Two with { Freezes = [AnyTerms.Always] }], By(Ann), By(Ben)).UnmetRequirements);
    }

    [Fact]
    public void WhoApprovedCanStillBreakTheGlassOnce()
    {
        var terms = Two with { BreakGlassGroup = "sre" };
        Assert.Equal(DecisionOutcome.AlreadyDecided, Case([terms], By(Ann)).Refusal(Attempt(Ann), Ann)!.Outcome);
        Assert.Null(Case([terms], By(Ann)).Refusal(Attempt(Ann, "nobody else answers") with { BreakGlass = true }, Ann));
        Assert.Equal(
            DecisionOutcome.AlreadyDecided,
            Case([terms], By(Ann, "x", breakGlass: true)).Refusal(Attempt(Ann, "again") with { BreakGlass = true }, Ann)!.Outcome);
    }

    [Fact]
    public void TheRequesterCannotBreakTheGlassForThemself() => Assert.Equal(
        DecisionOutcome.NotAllowed,
        Case([Two with { BreakGlassGroup = "sre" }]).Refusal(Attempt(Dev, "mine") with { BreakGlass = true }, Dev)!.Outcome);

    [Fact]
    public void WhoAsksForAWayBackDoesNotApproveIt()
    {
        static ApprovalEvaluation Home(string? person, params Decision[] decisions)
        {
            var asked = Case([Two], decisions);
            return asked with { Request = asked.Request with { WayHome = new WayHomeOf("undo-1", person) } };
        }

        Assert.NotNull(Home("BEN", By(Ann), By(Ben)).UnmetRequirements);
        Assert.Equal(DecisionOutcome.NotAllowed, Home("BEN").Refusal(Attempt(Ben), Ben)!.Outcome);
        Assert.Equal(DecisionOutcome.NotAllowed, Home("BEN").Refusal(Attempt(Dev), Dev)!.Outcome);
        Assert.Null(Home(null, By(Ann), By(Ben)).UnmetRequirements);
    }

    [Fact]
    public void NobodyIsAskedWhatNobodyCouldApprove()
    {
        Assert.Null(Case([Two]).Obstacle());
        Assert.Equal(UndoRefusalKind.RefusedByRule, new IntakeRefusal.CannotBeApproved(Case([Two with { Deny = true }]).Obstacle()!).Kind);
        Assert.Equal(UndoRefusalKind.Frozen,
            new IntakeRefusal.CannotBeApproved(Case([Two with { Freezes = [AnyTerms.Always] }]).Obstacle()!).Kind);
        Assert.Null(Case([Two with { Freezes = [AnyTerms.Always with { ExceptGroup = "leads" }] }]).Obstacle());
        Assert.Null((Case([Two]) with { Approvers = [Oncall] }).Obstacle());
        Assert.Equal(UndoRefusalKind.NoApprover,
            new IntakeRefusal.CannotBeApproved((Case([Two]) with { Approvers = [Ann, Dev] }).Obstacle()!).Kind);
    }

    private static ApprovalEvaluation Case(IReadOnlyList<ApprovalTerms> terms, params Decision[] decisions) =>
        new(TempStore.NewRequest(now: Now.AddMinutes(-5)) with { Decisions = decisions }, terms, [Ann, Ben, Dev, Oncall], Now);

    private static Decision By(Approver approver, string? comment = null, bool breakGlass = false) =>
        new(approver.Name, Verdict.Approve, Now.AddMinutes(-1), comment) { BreakGlass = breakGlass };

    private static DecisionAttempt Attempt(Approver approver, string? comment = null) =>
        new("undo-1", Verdict.Approve, "", approver.Name, "", comment, "http");
}
