using McpRollout.Web.Views;
using Icon = McpRollout.Web.Views.Icon;

namespace McpRollout.Web.Session;

/// <summary>Where an approver signs in to read. It says nothing of requests, not even whether there are any.</summary>
internal static class SignInPage
{
    /// <summary>The form.</summary>
    /// <param name="path">Where it leads.</param>
    /// <param name="problem">Why the last attempt failed; null at first.</param>
    /// <param name="name">The name that was typed then.</param>
    /// <param name="isFromElsewhere">Whether a link of another site led here, with which a browser says nothing of a session.</param>
    public static Markup Render(string path, Problem? problem = null, string? name = null, bool isFromElsewhere = false) => Layout.Document(
        "Sign in: rollout approvals",
        BannerSeverity.Quiet,
        $"""
        <h1 class="plain">Rollout approvals</h1>
        <section class="sign-in" aria-labelledby="sign-in"><h2 id="sign-in">Sign in to read</h2>
        <p>Requests are shown to approvers. Signing in decides nothing: each decision takes your passphrase again.</p>
        {Markup.If(isFromElsewhere, $"<p>Signed in already? <a href=\"{path}\">Open the page</a></p>")}
        {Refusal(problem)}
        <form method="post" action="/session" data-passkey="/session/challenge">
        <input type="hidden" name="return" value="{path}">
        <input type="hidden" name="passkey">
        <label for="approver">Your name</label>
        <input id="approver" name="approver" value="{Markup.Verbatim(name)}" required maxlength="100" autocomplete="username" autocapitalize="none" spellcheck="false">
        <label for="passphrase">Your passphrase</label>
        <input id="passphrase" name="passphrase" type="password" required maxlength="1000" autocomplete="current-password"{Markup.If(problem is not null, $" aria-describedby=\"refusal\" autofocus")}>
        <p class="aside" data-with-passkey hidden>With a passkey leave the passphrase empty.</p>
        <p class="aside" data-passkey-says aria-live="polite"></p>
        <button class="neutral">Sign in</button>
        <p class="aside">You stay signed in for twelve hours, or until you sign out. No passphrase yet? Someone at a terminal of this server enrols you: <code>mcp-rollout approvers add NAME</code>.</p>
        </form>
        </section>
        """,
        isHome: true);

    private static Markup Refusal(Problem? problem) => problem is null
        ? Markup.Empty
        : $"""<div class="refusal" id="refusal" role="alert">{Icon.Warning}<div><p><b>Not signed in.</b></p><p>{problem.Detail}</p></div></div>""";
}
