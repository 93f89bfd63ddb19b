using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Requests;

/// <summary>A fact about a request's terms, as page and terminal show it.</summary>
internal sealed record PolicyFact(string What, string Text);

/// <summary>Terms in words.</summary>
internal static class PolicyText
{
    /// <summary>Who may approve.</summary>
    public static string Who(ApprovalTerms terms) => terms.AdmitsEveryone
        ? "every enrolled approver"
        : string.Join(", ", [.. terms.Names, .. terms.Groups.Select(group => $"group {group}")]);

    /// <summary>What a person should know of the terms before deciding; a freeze in force is told apart.</summary>
    public static IReadOnlyList<PolicyFact> Facts(ApprovalEvaluation evaluation)
    {
        var person = evaluation.Request.Requester.Person;
        List<PolicyFact> facts =
        [
            new("Rule", Each(evaluation, terms => terms.Rule)),
            new("Approvals", string.Create(CultureInfo.InvariantCulture, $"{evaluation.Given} of {evaluation.Required} given")),
            new("Who may approve", Each(evaluation, Who)),
        ];
        facts.AddRange(evaluation.Terms.Where(terms => terms.Deny)
            .Select(terms => new PolicyFact("Refused", $"by rule '{terms.Rule}': it can only be denied")));
        if (evaluation.Terms.Any(terms => !terms.RequesterMayApprove))
            facts.Add(new("Who may not", $"{person}, on whose behalf the agent asks"));
        if (evaluation.NeedsComment)
            facts.Add(new("Comment", "required"));
        if (evaluation.NeedsPasskey)
            facts.Add(new("Passkey", "required: a passphrase does not do"));
        if (evaluation.BreakGlassGroups is { Count: > 0 } groups)
            facts.Add(new("Break-glass", $"a member of {string.Join(" or ", groups)} may approve alone, and must say why"));
        if (evaluation.WayHomeOffer is { } limit)
            facts.Add(new("Way home", $"may be approved beforehand, for {TimeText.Of(limit)}"));
        return facts;
    }

    private static string Each(ApprovalEvaluation evaluation, Func<ApprovalTerms, string> text) =>
        string.Join("; and also: ", evaluation.Terms.Select(text).Distinct());
}
