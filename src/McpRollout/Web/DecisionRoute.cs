using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>Takes decisions: <c>POST /approvals/{id}/decision</c>, as a form or as JSON.</summary>
internal sealed class DecisionRoute(ApprovalBroker broker, RequestRoute requests, ApproverDirectory approvers, MinuteLimit limit)
{
    /// <summary>Takes one decision to its end, even if whoever sent it does not wait for the answer.</summary>
    public async Task TakeAsync(HttpContext context)
    {
        var received = await DecisionBody.ReadAsync(context.Request);
        if (received.Problem is { } unreadable)
        {
            await Answers.ProblemAsync(context, unreadable);
            return;
        }

        var id = RequestRoute.IdOf(context);
        var body = received.Body!;
        var name = await approvers.NameOnRecordAsync(body.Approver ?? "", CancellationToken.None);
        if (limit.TryTake(name) is { } wait)
            await RefuseAsync(context, id, body, TooMany("More decisions were sent than are looked at in a minute.", wait));
        else if (body.Errors is { Count: > 0 } errors)
            await RefuseAsync(context, id, body, Problems.Of(400, "malformed", string.Join(" ", errors), errors));
        else
            await DecideAsync(context, id, body);
    }

    private async Task DecideAsync(HttpContext context, string id, DecisionBody body)
    {
        var result = await broker.DecideAsync(body.ToAttempt(id), CancellationToken.None);
        if (Refusal(id, result) is { } problem)
            await RefuseAsync(context, id, body, problem);
        else if (body.IsForm)
        {
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = $"/approvals/{Uri.EscapeDataString(id)}";
        }
        else
            await requests.ShowJsonAsync(context, result.Request!);
    }

    // A person gets the page back with what they typed, less the passphrase.
    private async Task RefuseAsync(HttpContext context, string id, DecisionBody body, Problem problem)
    {
        if (body.IsForm && Answers.WantsHtml(context.Request) && await broker.FindAsync(id, CancellationToken.None) is { } request)
        {
            Answers.SetHeaders(context.Response, problem);
            var refused = new RefusedDecision(problem, body.Approver, body.Comment, body.BreakGlass);
            await requests.ShowPageAsync(context, problem.Status, request, refused);
        }
        else
            await Answers.ProblemAsync(context, problem);
    }

    private static Problem? Refusal(string id, DecisionResult result) => result.Outcome switch
    {
        DecisionOutcome.Recorded => null,
        DecisionOutcome.NotFound => Problems.NoSuchRequest(id),
        DecisionOutcome.TooManyAttempts => TooMany(result.Message, result.RetryAfter ?? TimeSpan.FromSeconds(1)),
        var outcome => Problems.Of(StatusOf(outcome), outcome.ToName(), result.Message),
    };

    private static int StatusOf(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.WrongCredentials => StatusCodes.Status401Unauthorized,
        DecisionOutcome.NotAllowed or DecisionOutcome.Frozen => StatusCodes.Status403Forbidden,
        DecisionOutcome.CommentRequired => StatusCodes.Status400BadRequest,
        DecisionOutcome.AlreadyDecided or DecisionOutcome.OtherPlan => StatusCodes.Status409Conflict,
        DecisionOutcome.Expired => StatusCodes.Status410Gone,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    private static Problem TooMany(string detail, TimeSpan wait) =>
        Problems.Of(429, "too-many-attempts", detail) with { RetryAfter = (int)Math.Ceiling(wait.TotalSeconds) };
}
