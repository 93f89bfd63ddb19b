using McpRollout.Approvals.Telemetry;
using McpRollout.Web.Session;
using McpRollout.Web.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace McpRollout.Web;

/// <summary>
/// Signs approvers in and out: <c>POST /session</c> and <c>POST /session/end</c>. A session that begins here lets read and nothing else.
/// Attempts are counted with those of decisions, and answered alike for every name; they go to the log and not to the audit, which
/// strangers could fill.
/// </summary>
internal sealed partial class SessionRoute(
    ApproverDirectory approvers,
    ReaderSessions sessions,
    PasskeyGate passkeys,
    KnownBrowsers browsers,
    BrowserCookie browserCookie,
    SessionCookie sessionCookie,
    IOptions<ApprovalOptions> options,
    AttemptTurn turn,
    TimeProvider time,
    ILogger<SessionRoute> logger)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/session", [HttpMethods.Get, HttpMethods.Head], context => SeeOther(context, ReturnPath.Inbox));
        routes.MapMethods("/session", [HttpMethods.Post], BeginAsync);
        routes.MapMethods("/session/challenge", [HttpMethods.Post], AskAsync);
        routes.MapMethods("/session/end", [HttpMethods.Post], EndAsync);
    }

    private async Task BeginAsync(HttpContext context)
    {
        if (!BodyText.IsForm(context.Request))
            await Answers.ProblemAsync(context, Problems.OfStatus(StatusCodes.Status415UnsupportedMediaType) with
            {
                Detail = "Send approver and passphrase as application/x-www-form-urlencoded.",
            });
        else if (await SignInBody.ReadAsync(context.Request) is not { } body)
            await Answers.ProblemAsync(context, Problems.OfStatus(StatusCodes.Status400BadRequest));
        else if (await SignInAsync(context, body) is { } problem)
            await RefuseAsync(context, body, problem);
        else
            await WelcomeAsync(context, body);
    }

    private async Task EndAsync(HttpContext context)
    {
        if (sessionCookie.Read(context.Request) is { } session)
            await sessions.EndAsync(session, CancellationToken.None);
        sessionCookie.Forget(context.Response);
        await SeeOther(context, ReturnPath.Inbox);
    }

    private async Task AskAsync(HttpContext context)
    {
        if (passkeys.Site is not { } site)
        {
            await Answers.ProblemAsync(context, Problems.NoPasskeys);
            return;
        }

        var nonce = await passkeys.AskAsync(context.RequestAborted);
        await Answers.JsonAsync(
            context,
            StatusCodes.Status200OK,
            ChallengeDocument.Of(PasskeyGate.SignInStatement(nonce), nonce, site),
            PageJson.Default.ChallengeDocument);
    }

    // Null once the person is signed in.
    private async Task<Problem?> SignInAsync(HttpContext context, SignInBody body)
    {
        var source = await browsers.RecogniseAsync(body.Name, browserCookie.Read(context.Request, body.Name), context.RequestAborted);
        if (await turn.WaitAsync(context, source) is { } wait)
            return Problems.TooManyAttempts("More passphrases were sent than can be looked at now.", wait);
        if (body.Passkey is { } answer)
            return await SignInAsync(context, answer);
        switch (await approvers.AuthenticateAsync(body.Name, body.Passphrase, source, CancellationToken.None))
        {
            case Authentication.Proven proven:
                sessionCookie.Write(context.Response, await sessions.BeginAsync(proven.Approver, CancellationToken.None));
                if (await browsers.ProofAsync(proven.Approver.Name, source, CancellationToken.None) is { } proof)
                    browserCookie.Write(context.Response, proven.Approver.Name, proof);
                return null;
            case Authentication.Locked locked:
                LogRefused(logger);
                return Problems.TooManyAttempts(
                    $"Too many wrong attempts for this name. Try again in {Math.Ceiling(locked.Remaining.TotalSeconds)} seconds.",
                    locked.Remaining);
            case Authentication.Wrong wrong:
                LogRefused(logger);
                await Task.Delay(wrong.Slowdown, time, context.RequestAborted);
                return Problems.Of(StatusCodes.Status401Unauthorized, "wrong-credentials", "The name or the passphrase is wrong.");
            default:
                throw new InvalidOperationException("Authentication is a closed set.");
        }
    }

    private async Task<Problem?> SignInAsync(HttpContext context, PasskeyAnswer answer)
    {
        switch (await passkeys.AuthenticateAsync(PasskeyGate.SignInStatement(answer.Nonce), answer, name: null, CancellationToken.None))
        {
            case PasskeyResult.Proven { Approver.Identity: not null } stranger:
                return Problems.SignInRequired(
                    $"{stranger.Approver.Name} signs in through the company's provider: a passkey alone does not do.");
            case PasskeyResult.Proven proven:
                sessionCookie.Write(context.Response, await sessions.BeginAsync(proven.Approver, CancellationToken.None));
                if (await browsers.ProofAsync(proven.Approver.Name, AttemptSource.Stranger, CancellationToken.None) is { } proof)
                    browserCookie.Write(context.Response, proven.Approver.Name, proof);
                return null;
            case PasskeyResult.Refused refused:
                LogRefused(logger);
                return Problems.Of(StatusCodes.Status401Unauthorized, "wrong-credentials", refused.Fault.Sentence());
            default:
                throw new InvalidOperationException("PasskeyResult is a closed set.");
        }
    }

    private static Task WelcomeAsync(HttpContext context, SignInBody body)
    {
        SignInMeter.Count(SignInOutcome.SignedIn);
        return SeeOther(context, body.Return);
    }

    // A person gets the form back with what they typed, less the passphrase.
    private Task RefuseAsync(HttpContext context, SignInBody body, Problem problem)
    {
        SignInMeter.Count(
            problem.Status == StatusCodes.Status429TooManyRequests ? SignInOutcome.TooMany : SignInOutcome.Refused);
        if (!Answers.WantsHtml(context.Request))
            return Answers.ProblemAsync(context, problem);
        Answers.SetHeaders(context.Response, problem);
        return Answers.HtmlAsync(context, problem.Status, SignInPage.Render(body.Return, options.Value.SignIn, problem, body.Name));
    }

    private static Task SeeOther(HttpContext context, string path)
    {
        Answers.SeeOther(context, path);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in to the approval page was refused.")]
    private static partial void LogRefused(ILogger logger);
}
