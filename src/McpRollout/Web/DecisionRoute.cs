using McpRollout.Web.Session;
using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>Takes decisions: <c>POST /approvals/{id}/decision</c>, as a form or as JSON; before, <c>POST /approvals/{id}/challenge</c> says
/// what a passkey has to sign for one.</summary>
internal sealed class DecisionRoute(
    ApprovalBroker broker,
    PasskeyGate passkeys,
    RequestRoute requests,
    ReadGuard readers,
    KnownBrowsers browsers,
    BrowserCookie cookie,
    AttemptTurn turn)
{
    /// <summary>Takes one decision to its end, even if whoever sent it does not wait for the answer.</summary>
    public async Task TakeAsync(HttpContext context)
    {
        var signIn = await readers.FindSignInAsync(context);
        var received = await DecisionBody.ReadAsync(context.Request, needsProof: !readers.TakesSignIns);
        if (received.Problem is { } unreadable)
        {
            await Answers.ProblemAsync(context, unreadable);
            return;
        }

        var id = RequestRoute.IdOf(context);
        var body = received.Body!;
        if (body.Errors is { Count: > 0 } errors)
        {
            await RefuseAsync(context, id, body, Problems.Of(400, "malformed", string.Join(" ", errors), errors));
            return;
        }

        if (body.IsUnproven)
        {
            await (signIn is null
                ? readers.TurnAwayAsync(context, Problems.SignInEnded, RequestFacts.PathOf(id))
                : DecideAsync(context, id, body, body.ToAttempt(id) with { SignIn = signIn }, AttemptSource.Stranger));
            return;
        }

        // What is looked at before the passphrase tells of the browser alone, never of who is enrolled.
        var attempt = body.ToAttempt(id);
        var source = await browsers.RecogniseAsync(
            attempt.Approver, cookie.Read(context.Request, attempt.Approver), context.RequestAborted);
        if (await turn.WaitAsync(context, source) is { } wait)
            await RefuseAsync(context, id, body, Problems.TooManyAttempts("More decisions were sent than can be looked at now.", wait));
        else
            await DecideAsync(context, id, body, attempt with { SignIn = await readers.FindSignInAsync(context) }, source);
    }

    /// <summary>Says what a passkey has to sign for a decision. It takes none, and tells nothing of who is enrolled.</summary>
    public async Task AskAsync(HttpContext context)
    {
        var received = await DecisionBody.ReadAsync(context.Request, needsProof: false);
        var id = RequestRoute.IdOf(context);
        if (received.Problem is { } unreadable)
            await Answers.ProblemAsync(context, unreadable);
        else if (received.Body!.Errors is { Count: > 0 } errors)
            await Answers.ProblemAsync(context, Problems.Of(400, "malformed", string.Join(" ", errors), errors));
        else if (passkeys.Site is not { } site)
            await Answers.ProblemAsync(context, Problems.NoPasskeys);
        else
        {
            var nonce = await passkeys.AskAsync(context.RequestAborted);
            var statement = await broker.StatementAsync(received.Body.ToAttempt(id), nonce, context.RequestAborted);
            await (statement is null
                ? Answers.ProblemAsync(context, Problems.NoSuchRequest(id))
                : Answers.JsonAsync(
                    context, StatusCodes.Status200OK, ChallengeDocument.Of(statement, nonce, site), PageJson.Default.ChallengeDocument));
        }
    }

    private async Task DecideAsync(HttpContext context, string id, DecisionBody body, DecisionAttempt attempt, AttemptSource source)
    {
        var result = await broker.DecideAsync(attempt, source, CancellationToken.None);
        if (IsProven(result.Outcome) && await browsers.ProofAsync(attempt.Approver, source, CancellationToken.None) is { } proof)
            cookie.Write(context.Response, attempt.Approver, proof);
        if (Refusal(id, result) is { } problem)
            await RefuseAsync(context, id, body, problem);
        else if (body.IsForm)
            Answers.SeeOther(context, $"/approvals/{Uri.EscapeDataString(id)}");
        else
            await requests.ShowJsonAsync(context, result.Request!);
    }

    // A person gets the page back with what they typed, less the passphrase; whoever may not read gets the problem alone.
    private async Task RefuseAsync(HttpContext context, string id, DecisionBody body, Problem problem)
    {
        if (body.IsForm && Answers.WantsHtml(context.Request) && await readers.MayReadAsync(context)
            && await broker.FindAsync(id, CancellationToken.None) is { } request)
        {
            Answers.SetHeaders(context.Response, problem);
            var refused = new RefusedDecision(problem, body.Approver, body.Comment, body.BreakGlass, body.WayHomeFor is not null);
            await requests.ShowPageAsync(context, problem.Status, request, refused);
        }
        else
            await Answers.ProblemAsync(context, body.IsForm ? problem with { Detail = $"Not decided. {problem.Detail}" } : problem);
    }

    private static bool IsProven(DecisionOutcome outcome) =>
        outcome is not (DecisionOutcome.NotFound or DecisionOutcome.WrongCredentials or DecisionOutcome.TooManyAttempts);

    private static Problem? Refusal(string id, DecisionResult result) => result.Outcome switch
    {
        DecisionOutcome.Recorded => null,
        DecisionOutcome.NotFound => Problems.NoSuchRequest(id),
        DecisionOutcome.TooManyAttempts => Problems.TooManyAttempts(result.Message, result.RetryAfter ?? TimeSpan.FromSeconds(1)),
        var outcome => Problems.Of(StatusOf(outcome), outcome.ToName(), result.Message),
    };

    private static int StatusOf(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.WrongCredentials or DecisionOutcome.SignInRequired => StatusCodes.Status401Unauthorized,
        DecisionOutcome.NotAllowed or DecisionOutcome.Frozen => StatusCodes.Status403Forbidden,
        DecisionOutcome.CommentRequired => StatusCodes.Status400BadRequest,
        DecisionOutcome.AlreadyDecided or DecisionOutcome.OtherPlan => StatusCodes.Status409Conflict,
        DecisionOutcome.Expired => StatusCodes.Status410Gone,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
