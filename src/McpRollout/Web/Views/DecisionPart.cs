namespace McpRollout.Web.Views;

/// <summary>Where a person decides. It is shown only while a decision can be taken.</summary>
internal static class DecisionPart
{
    /// <summary>The part, with what went wrong the last time.</summary>
    public static Markup Render(RequestFacts facts)
    {
        if (!facts.IsDecidable)
            return Markup.Empty;
        return
            $"""
            <section class="decide" aria-labelledby="decision"><h2 id="decision">Your decision</h2>
            {Refusal(facts.Refused)}
            <form method="post" action="{facts.Path}/decision">
            {NoDefaultButton}
            <input type="hidden" name="plan" value="{facts.Plan.Digest}">
            {NameField(facts.Refused)}
            {PassphraseField(facts.Refused)}
            {CommentField(facts)}
            {BreakGlassField(facts)}
            <button class="approve" name="decision" value="approve">{Icon.Check}<span>Approve: {facts.Plan.Name} back to revision {facts.Plan.ToRevision}</span></button>
            <button class="deny" name="decision" value="deny">{Icon.Cross}<span>Deny: leave it at revision {facts.Plan.FromRevision}</span></button>
            <p class="aside">{Consequence(facts)}</p>
            </form>
            </section>
            """;
    }

    // A form's first button is what the Enter key presses; disabled, it keeps Enter in a field from deciding anything.
    private static Markup NoDefaultButton => $"""<button disabled hidden></button>""";

    private static Markup NameField(RefusedDecision? refused) =>
        $"""
        <label for="approver">Your name</label>
        <input id="approver" name="approver" value="{Markup.Verbatim(refused?.Approver)}" required maxlength="100" autocomplete="username" autocapitalize="none" spellcheck="false">
        """;

    private static Markup PassphraseField(RefusedDecision? refused) =>
        $"""
        <label for="passphrase">Your passphrase</label>
        <input id="passphrase" name="passphrase" type="password" required maxlength="1000" autocomplete="current-password"{(refused is null ? Markup.Empty : AgainHere)}>
        """;

    private static Markup AgainHere => $" aria-describedby=\"refusal\" autofocus";

    private static Markup CommentField(RequestFacts facts) =>
        $"""
        <label for="comment">Comment <span class="aside">({(facts.Case is { NeedsComment: true } ? "required" : "optional")}, on record)</span></label>
        <textarea id="comment" name="comment" rows="2" maxlength="{DecisionAttempt.LongestComment}"{Required(facts)}{(IsMissing(facts.Refused) ? InvalidHere : Markup.Empty)}>
        {Markup.Verbatim(facts.Refused?.Comment)}</textarea>
        """;

    private static Markup Required(RequestFacts facts) => facts.Case is { NeedsComment: true } ? $" required" : Markup.Empty;

    private static bool IsMissing(RefusedDecision? refused) => refused?.Problem.Code == DecisionOutcome.CommentRequired.ToName();

    private static Markup InvalidHere => $" aria-invalid=\"true\" aria-describedby=\"refusal\"";

    private static Markup BreakGlassField(RequestFacts facts) => facts.Case is { BreakGlassGroups: [_, ..] groups }
        ? (Markup)$"""
            <label class="choice"><input type="checkbox" name="break_glass" value="true"{(facts.Refused is { BreakGlass: true } ? Checked : Markup.Empty)}>
            <span>Break the glass: approve alone, as a member of {string.Join(" or ", groups)}. Say why in the comment; it is recorded as an event of its own.</span></label>
            """
        : Markup.Empty;

    private static Markup Checked => $" checked";

    private static string Consequence(RequestFacts facts) => facts.Case switch
    {
        { Given: var given, Required: var required } when required - given > 1 =>
            $"{required - given} more approvals are needed before anything is sent to the cluster. A denial is final.",
        { Freezes: [_, ..] } => "A denial is final.",
        _ => "An approval is carried out at once. A denial is final.",
    };

    /// <summary>Why the decision was not taken; nothing if none was refused.</summary>
    public static Markup Refusal(RefusedDecision? refused) => refused is null
        ? Markup.Empty
        : $"""<div class="refusal" id="refusal" role="alert">{Icon.Warning}<div><p><b>Not decided.</b></p>{Reasons(refused.Problem)}</div></div>""";

    private static Markup Reasons(Problem problem) => problem.Errors is { Count: > 1 } errors ? Errors(errors) : Reason(problem.Detail);

    private static Markup Errors(IReadOnlyList<string> errors) => $"{errors.Select(Reason)}";

    private static Markup Reason(string error) => $"<p>{error}</p>";
}
