namespace McpRollout.Web.Views;

/// <summary>Where a person decides. It is shown only while a decision can be taken.</summary>
internal static class DecisionPart
{
    // A form's first button is what the Enter key presses; disabled, it keeps Enter in a field from deciding anything.
    public static Markup Render(RequestFacts facts)
    {
        if (!facts.IsDecidable)
            return Markup.Empty;
        var (refused, isCommentNeeded) = (facts.Refused, facts.Case is { NeedsComment: true });
        var isCommentMissing = refused?.Problem.Code == DecisionOutcome.CommentRequired.ToName();
        return
            $"""
            <section class="decide" aria-labelledby="decision"><h2 id="decision">Your decision</h2>
            {Refusal(facts)}
            <form method="post" action="{facts.Path}/decision"{Markup.If(facts.TakesPasskeys, $" data-passkey=\"{facts.Path}/challenge\"")}>
            <button disabled hidden></button>
            <input type="hidden" name="plan" value="{facts.Plan.Digest}">
            <input type="hidden" name="findings" value="{FindingNews.Digest(facts.Findings)}">
            {NameField(facts)}
            {PasskeyField(facts)}
            {PassphraseField(facts)}
            <label for="comment">Comment <span class="aside">({(isCommentNeeded ? "required" : "optional")}, on record)</span></label>
            <textarea id="comment" name="comment" rows="2" maxlength="{DecisionAttempt.LongestComment}"{Markup.If(isCommentNeeded, $" required")}{Markup.If(isCommentMissing, $" aria-invalid=\"true\" aria-describedby=\"refusal\"")}>
            {Markup.Verbatim(refused?.Comment)}</textarea>
            {BreakGlassField(facts)}
            {WayHomeField(facts)}
            <div class="bar">
            <button class="approve" name="decision" value="approve">{Icon.Check}<span>Approve<span class="long">: {(facts.Plan.Resume is { } resumed ? $"resume {resumed.Owner}" : $"{facts.Plan.Name} back to revision {facts.Plan.ToRevision}")}</span></span></button>
            <button class="deny" name="decision" value="deny">{Icon.Cross}<span>Deny<span class="long">: leave it {(facts.Plan.Resume is null ? $"at revision {facts.Plan.FromRevision}" : "paused")}</span></span></button>
            </div>
            <p class="aside">{Consequence(facts)}{Markup.If(facts is { Reader: not null, SignIn: null }, $" Being signed in only lets you read.")}</p>
            </form>
            </section>
            """;
    }

    private static Markup NameField(RequestFacts facts) => facts.SignIn is { } signIn
        ? (Markup)$"""<p>You decide as <b>{signIn.Approver.Name}</b>, who is signed in.</p><input type="hidden" name="approver" value="{Markup.Verbatim(signIn.Approver.Name)}">"""
        : $"""
            <label for="approver">Your name</label>
            <input id="approver" name="approver" value="{Markup.Verbatim(facts.Refused?.Approver ?? facts.Reader)}" required maxlength="100" autocomplete="username" autocapitalize="none" spellcheck="false">
            """;

    private static Markup PasskeyField(RequestFacts facts) => Markup.If(
        facts.TakesPasskeys,
        $"""
        <input type="hidden" name="passkey">
        <p class="aside" data-with-passkey hidden>{Markup.If(!facts.NeedsPasskey, $"With a passkey leave the passphrase empty: ")}your device asks you when you choose.</p>
        <p data-passkey-says role="status"></p>
        """);

    // A rule that takes passkeys only has no use for a passphrase, and whoever copies this page gets none.
    private static Markup PassphraseField(RequestFacts facts) => facts.NeedsPasskey
        ? (Markup)$"""<p data-without-passkey>This rule takes decisions by passkey only. Open the page on a device of yours that is enrolled, with scripts switched on.</p>"""
        : facts.SignIn is not null ? Markup.Empty
        : $"""
            <label for="passphrase">Your passphrase</label>
            <input id="passphrase" name="passphrase" type="password" required maxlength="1000" autocomplete="current-password"{Markup.If(facts.Refused is not null, $" aria-describedby=\"refusal\" autofocus")}>
            """;

    private static Markup BreakGlassField(RequestFacts facts) => facts.Case is { BreakGlassGroups: [_, ..] groups }
        ? (Markup)$"""
            <label class="choice"><input type="checkbox" name="break_glass" value="true"{Markup.If(facts.Refused is { BreakGlass: true }, $" checked")}>
            <span>Break the glass: approve alone, as a member of {string.Join(" or ", groups)}. Say why in the comment; it is recorded as an event of its own.{Markup.If(facts.SignIn?.IsFresh(facts.Clock.Instant) is false, $" First {SignInAgain(facts)}.")}</span></label>
            """
        : Markup.Empty;

    private static Markup WayHomeField(RequestFacts facts) => facts.Case is { WayHomeOffer: { } limit }
        ? (Markup)$"""
            <label class="choice"><input type="checkbox" name="way_home_seconds" value="{(int)limit.TotalSeconds}"{Markup.If(facts.Refused is { WayHome: true }, $" checked")}>
            <span>Also approve, for {TimeText.Of(limit)} from now, going back to revision {facts.Plan.FromRevision} of what runs now, if this undo ends degraded or worse. It is done once, and only if somebody asks for it.</span></label>
            """
        : Markup.Empty;

    private static string Consequence(RequestFacts facts) => facts.Case switch
    {
        { Given: var given, Required: var required } when required - given > 1 =>
            $"{required - given} more approvals are needed before anything is sent to the cluster. A denial is final.",
        { Freezes: [_, ..] } => "A denial is final.",
        _ => "An approval is carried out at once. A denial is final.",
    };

    // In a window of its own, so that what was typed stays.
    private static Markup SignInAgain(RequestFacts facts) =>
        $"""<a href="{SignInLink.To(facts.Path, isAnew: true)}" target="_blank" rel="noopener">sign in again</a>, in a window of its own""";

    /// <summary>Why the decision was not taken; nothing if none was refused.</summary>
    public static Markup Refusal(RequestFacts facts) => facts.Refused is not { } refused
        ? Markup.Empty
        : $"""<div class="refusal" id="refusal" role="alert">{Icon.Warning}<div><p><b>Not decided.</b></p>{Reasons(refused.Problem)}{Markup.If(refused.Problem.Code == DecisionOutcome.SignInRequired.ToName(), $"<p>To do so, {SignInAgain(facts)}.</p>")}</div></div>""";

    private static IEnumerable<Markup> Reasons(Problem problem) =>
        (problem.Errors is { Count: > 1 } errors ? errors : [problem.Detail]).Select(reason => (Markup)$"<p>{reason}</p>");
}
