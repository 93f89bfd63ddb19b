using McpRollout.Web.Views;
using Icon = McpRollout.Web.Views.Icon;

namespace McpRollout.Web.Session;

/// <summary>Where an approver signs in. It says nothing of requests, not even whether there are any.</summary>
internal static class SignInPage
{
    /// <summary>The ways to sign in.</summary>
    /// <param name="path">Where they lead.</param>
    /// <param name="provider">The company's provider, if there is one.</param>
    /// <param name="problem">Why the last attempt failed; null at first.</param>
    /// <param name="name">The name that was typed then.</param>
    public static Markup Render(string path, SignInOptions provider, Problem? problem = null, string? name = null) => Page(
        $"""
        <section class="sign-in" aria-labelledby="sign-in"><h2 id="sign-in">Sign in{Markup.If(provider.Issuer is null, $" to read")}</h2>
        {Refusal(problem)}
        {(provider.Issuer is null ? OfThisServer(path, problem, name) : WithProvider(path, provider, problem, name))}
        </section>
        """);

    /// <summary>
    /// What a link of another site leads to: a browser says nothing of a session then, which it does once this page has it load the path
    /// anew.
    /// </summary>
    public static Markup FromElsewhere(string path) => Page($"<p><a href=\"{path}\">Open the page</a></p>", path);

    /// <summary>After the provider sent the person back. The way on begins here, so that the browser shows its new session.</summary>
    public static Markup Done(string path, string name) =>
        Page($"<p>Signed in as <b>{name}</b>.</p><p><a href=\"{path}\">Go on</a></p>", path);

    private static Markup Page(Markup content, string? forward = null) => Layout.Document(
        "Sign in: rollout approvals",
        BannerSeverity.Quiet,
        $"""
        <h1 class="plain">Rollout approvals</h1>
        {content}
        """,
        isHome: true,
        forward: forward);

    private static Markup OfThisServer(string path, Problem? problem, string? name) =>
        $"""
        <p>Requests are shown to approvers. Signing in decides nothing: each decision takes your passphrase again.</p>
        {Form(path, problem, name)}
        """;

    private static Markup WithProvider(string path, SignInOptions provider, Problem? problem, string? name) =>
        $"""
        <p>Requests are shown to approvers.</p>
        <p><a class="button" href="{SignInLink.To(path)}">Sign in with {provider.DisplayName}</a></p>
        <details{Markup.If(name is not null, $" open")}><summary>With a passphrase or passkey of this server</summary>{Form(path, problem, name)}</details>
        """;

    private static Markup Form(string path, Problem? problem, string? name) =>
        $"""
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
        """;

    private static Markup Refusal(Problem? problem) => problem is null
        ? Markup.Empty
        : $"""<div class="refusal" id="refusal" role="alert">{Icon.Warning}<div><p><b>Not signed in.</b></p><p>{problem.Detail}</p></div></div>""";
}
