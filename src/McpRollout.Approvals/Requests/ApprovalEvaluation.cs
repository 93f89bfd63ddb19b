using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Requests;

/// <summary>
/// A request before all terms that hold for it (those under which it was asked for, and those of the process that judges), with the
/// approvers there are at a moment. Pure: every surface, the claim and the pages judge by it, so that none can differ.
/// </summary>
/// <param name="Request">The request.</param>
/// <param name="Terms">The terms; each must be met.</param>
/// <param name="Approvers">Who is enrolled.</param>
/// <param name="Now">The moment.</param>
internal sealed record ApprovalEvaluation(
    UndoRequest Request, IReadOnlyList<ApprovalTerms> Terms, IReadOnlyList<Approver> Approvers, DateTimeOffset Now)
{
    /// <summary>The freezes that are in force.</summary>
    public IReadOnlyList<FreezeInForce> Freezes => [.. Terms.SelectMany(terms => terms.InForce(Now)).Distinct()];

    /// <summary>How many approvals the terms need that are furthest from being met.</summary>
    public int Required => Furthest.RequiredApprovals;

    /// <summary>How many of them were given by people who may still approve.</summary>
    public int Given => Count(Furthest);

    /// <summary>Whether a decision needs a comment.</summary>
    public bool NeedsComment => Terms.Any(terms => terms.CommentRequired);

    /// <summary>Whether only what a passkey signed is taken.</summary>
    public bool NeedsPasskey => Terms.Any(terms => terms.PasskeyRequired);

    /// <summary>The groups of which one member may approve alone, as long as approvals are missing.</summary>
    public IReadOnlyList<string> BreakGlassGroups =>
        Given < Required
            ? [.. Terms.Select(terms => terms.BreakGlassGroup).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)]
            : [];

    /// <summary>For how long at most approvals of a way back may be given beforehand; null: not at all.</summary>
    public TimeSpan? WayHomeLimit =>
        Terms.All(terms => terms.WayHomePreApproval is not null) ? Terms.Min(terms => terms.WayHomePreApproval) : null;

    /// <summary>The same, as it is offered to who approves this request: a way back has none of its own, and what resumes an owner goes
    /// nowhere.</summary>
    public TimeSpan? WayHomeOffer => Request is { WayHome: null, PreApproval: null, Plan: { IsRelease: false, Resume: null } }
        ? WayHomeLimit : null;

    /// <summary>What an execution still lacks, in sentences; null if nothing.</summary>
    public string? UnmetRequirements
    {
        get
        {
            string[] lacking =
            [
                .. Terms.Where(terms => terms.Deny).Select(Denied),
                .. Freezes.Where(freeze => freeze.ExceptGroup is null || !HasApprovalOf(freeze.ExceptGroup)).Select(freeze => freeze.Text),
                .. HasLapsed
                    ? ["The rules do not let the way back be approved beforehand any more, or not for so long."] : Array.Empty<string>(),
                .. Terms.Where(terms => !IsMet(terms)).Select(terms => TooFew(terms, Count(terms))),
            ];
            return lacking.Length == 0 ? null : string.Join(" ", lacking.Distinct());
        }
    }

    private bool HasLapsed => Request.PreApproval is { Approvals: { Count: > 0 } beforehand }
        && !beforehand.All(each => Now < each.At + WayHomeLimit && Now < each.WayHomeUntil);

    /// <summary>Whether a freeze keeps it from being carried out that somebody could still lift.</summary>
    public bool IsFrozenForNow =>
        Obstacle() is null && Freezes.Any(freeze => freeze.ExceptGroup is { } group && !HasApprovalOf(group));

    /// <summary>Why this person cannot take this decision; null if they can. The request is one that waits for a decision.</summary>
    public DecisionResult? Refusal(DecisionAttempt attempt, Approver approver)
    {
        var breaksGlass = attempt.BreaksGlass;
        // Who has decided can say so again once a freeze is over that kept enough approvals from counting.
        // So can who signed with a device that was revoked since, or without one where the rules have come to take passkeys only.
        if (Request.Decisions.Any(earlier => IsBy(approver, earlier) && Request.Counts(earlier) && !(breaksGlass && !earlier.BreakGlass)
            && IsStillTheirs(approver, earlier) && !(NeedsPasskey && earlier.Passkey is null))
            && (UnmetRequirements is not null || breaksGlass))
            return Refused(DecisionOutcome.AlreadyDecided, $"{approver.Name} has decided already; each person counts once.");
        if (Stranger(approver, breaksGlass) is { } stranger)
            return Refused(DecisionOutcome.NotAllowed, stranger);
        if (attempt.Passkey is null && Terms.FirstOrDefault(terms => terms.PasskeyRequired) is { } signing)
            return Refused(DecisionOutcome.NotAllowed, $"Rule '{signing.Rule}' takes decisions by passkey only: decide on the page, with "
                + "a device of yours that is enrolled (mcp-rollout approvers devices NAME).");
        if (attempt.PreApproves is { } length && (breaksGlass || !(length > TimeSpan.Zero && length <= WayHomeOffer)))
            return Refused(DecisionOutcome.NotAllowed, breaksGlass
                ? "Who approves alone cannot approve the way back too."
                : "The rules do not let the way back be approved beforehand, or not for so long. Look at the page again.");
        if (attempt.Verdict == Verdict.Approve && ApprovalRefusal(approver, breaksGlass) is { } refusal)
            return refusal;
        if (attempt.Comment is not null || !(NeedsComment || breaksGlass))
            return null;
        return Refused(
            DecisionOutcome.CommentRequired,
            breaksGlass ? "Who approves alone must say why: write a comment." : "This rule requires a comment: say why.");
    }

    /// <summary>Why no approval could be carried out now, so that nobody needs to be asked; null if one could.</summary>
    public ApprovalObstacle? Obstacle()
    {
        if (Terms.FirstOrDefault(terms => terms.Deny) is { } denying)
            return new ApprovalObstacle.Denied(denying.Rule);
        if (Freezes.FirstOrDefault(freeze => freeze.ExceptGroup is null) is { } freeze)
            return new ApprovalObstacle.Frozen(freeze);
        if (Terms.FirstOrDefault(terms => !CouldBeMet(terms)) is { } unmet)
            return new ApprovalObstacle.TooFewApprovers(unmet);
        return Freezes.FirstOrDefault(each => !Approvers.Any(approver => MayLift(approver, each.ExceptGroup!))) is { } closed
            ? new ApprovalObstacle.NobodyMayLift(closed)
            : null;
    }

    private bool MayLift(Approver approver, string group) => ApprovalTerms.IsIn(approver, group)
        && (!NeedsPasskey || approver.Passkeys.Count > 0)
        && Terms.All(terms => !IsBarred(terms, approver) && (terms.Admits(approver) || terms.MayBreakGlass(approver)));

    // Who asks on an undo's page for its way back asks as well. What a provider calls a person can change; who they are there does not.
    private bool IsBarred(ApprovalTerms terms, Approver approver) => terms.Bars(approver, Request.Requester.Person)
        || (!terms.RequesterMayApprove && approver.Identity is { } identity && identity == Request.Requester.Identity)
        || (Request.WayHome?.Person is { } person && terms.Bars(approver, person));

    private string Barred => Request.WayHome is null
        ? $"The agent asks on behalf of {Request.Requester.Person}, who"
        : "Who asked for the undo, or asks for its way back,";

    private ApprovalTerms Furthest => Terms.MaxBy(terms => terms.RequiredApprovals - Count(terms))!;

    // Those that count, by all terms. Who was removed and enrolled again is another approver: what the first one said is gone with them.
    private IEnumerable<(Decision Decision, Approver Approver)> Approvals =>
        from decision in Request.Approvals
        where decision.Comment is not null || !NeedsComment
        where decision.Passkey is not null || !NeedsPasskey
        from approver in Approvers
        where IsBy(approver, decision) && IsStillTheirs(approver, decision) && Terms.All(terms =>
            !IsBarred(terms, approver)
            && (terms.Admits(approver) || (decision.BreakGlass && terms.MayBreakGlass(approver))))
        select (decision, approver);

    private static bool IsBy(Approver approver, Decision decision) =>
        string.Equals(decision.Approver, approver.Name, StringComparison.OrdinalIgnoreCase) && approver.EnrolledAt <= decision.At;

    // Who revokes a lost device stops what it approved and nobody has carried out yet.
    private static bool IsStillTheirs(Approver approver, Decision decision) =>
        decision.Passkey is not { } signed || approver.Passkeys.Contains(signed.Device);

    private int Count(ApprovalTerms terms) =>
        Approvals.Where(each => terms.Admits(each.Approver)).Select(each => each.Approver.Name).Distinct(StringComparer.OrdinalIgnoreCase)
            .Count();

    private bool IsMet(ApprovalTerms terms) =>
        Count(terms) >= terms.RequiredApprovals
        || Approvals.Any(each => each.Decision is { BreakGlass: true, Comment: not null } && terms.MayBreakGlass(each.Approver));

    private bool CouldBeMet(ApprovalTerms terms)
    {
        var eligible = Approvers.Where(approver => !IsBarred(terms, approver)
            && (!NeedsPasskey || approver.Passkeys.Count > 0)).ToList();
        return eligible.Count(terms.Admits) >= terms.RequiredApprovals || eligible.Exists(terms.MayBreakGlass);
    }

    private string? Stranger(Approver approver, bool breaksGlass)
    {
        if (breaksGlass)
        {
            return Terms.Any(terms => terms.MayBreakGlass(approver))
                && Terms.All(terms => terms.MayBreakGlass(approver)
                    || (terms.Admits(approver) && Count(terms) + 1 >= terms.RequiredApprovals))
                ? null
                : $"{approver.Name} is in no group that may approve this alone.";
        }

        return Terms.FirstOrDefault(terms => !terms.Admits(approver)) is { } closed
            ? $"{approver.Name} is not among those who may decide by rule '{closed.Rule}': "
                + $"{PolicyText.Who(closed)}.{(closed.MayBreakGlass(approver) ? " You may approve alone by breaking the glass." : "")}"
            : null;
    }

    private DecisionResult? ApprovalRefusal(Approver approver, bool breaksGlass)
    {
        if (Terms.FirstOrDefault(terms => terms.Deny) is { } denying)
            return Refused(DecisionOutcome.NotAllowed, $"{Denied(denying)} It can only be denied.");
        if (Terms.FirstOrDefault(terms => IsBarred(terms, approver)) is { } barring)
            return Refused(DecisionOutcome.NotAllowed, $"{Barred} may not approve that by rule '{barring.Rule}', only deny it.");

        // Who approves alone leaves nobody after them who could bring the freeze's group in.
        return Freezes.FirstOrDefault(freeze => freeze.ExceptGroup is not { } group
            || (breaksGlass && !ApprovalTerms.IsIn(approver, group) && !HasApprovalOf(group))) is { } freeze
            ? Refused(DecisionOutcome.Frozen, $"{freeze.Text} It can be denied.")
            : null;
    }

    // Who approved a way back beforehand did not know of the freeze.
    private bool HasApprovalOf(string group) => Request.PreApproval is not { Approvals.Count: > 0 }
        && Approvals.Any(each => ApprovalTerms.IsIn(each.Approver, group));

    private static string TooFew(ApprovalTerms terms, int count) =>
        $"Rule '{terms.Rule}' needs {terms.RequiredApprovals} {(terms.RequiredApprovals == 1 ? "approval" : "approvals")}, and has {count} "
            + $"that {(count == 1 ? "counts" : "count")}.";

    private static string Denied(ApprovalTerms terms) => $"Rule '{terms.Rule}' refuses this undo.";

    private DecisionResult Refused(DecisionOutcome outcome, string message) => new(outcome, message, Request);
}

/// <summary>Why no approval of a request could be carried out now, whoever approved.</summary>
internal abstract record ApprovalObstacle
{
    private ApprovalObstacle()
    {
    }

    /// <summary>A rule refuses every undo of the workload.</summary>
    internal sealed record Denied(string Rule) : ApprovalObstacle;

    /// <summary>A freeze is in force in which nobody can approve.</summary>
    internal sealed record Frozen(FreezeInForce Freeze) : ApprovalObstacle;

    /// <summary>Fewer people are enrolled than the terms ask for.</summary>
    internal sealed record TooFewApprovers(ApprovalTerms Terms) : ApprovalObstacle;

    /// <summary>A freeze is in force, and nobody who may approve is in the group that could lift it.</summary>
    internal sealed record NobodyMayLift(FreezeInForce Freeze) : ApprovalObstacle;
}
