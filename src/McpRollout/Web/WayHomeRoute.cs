using McpRollout.Mcp.Answers;
using McpRollout.Web.Session;

namespace McpRollout.Web;

/// <summary>Opens the way back of an undo that did no good: <c>POST /approvals/{id}/way-home</c>. What it opens waits for a decision like
/// any other request.</summary>
internal sealed class WayHomeRoute(ApprovalBroker broker, WayHome home, RequestRoute requests)
{
    /// <summary>Leads a browser on to the new request; others are told of it as JSON.</summary>
    public async Task OpenAsync(HttpContext context)
    {
        var id = RequestRoute.IdOf(context);
        if (await broker.FindAsync(id, context.RequestAborted) is not { } undo)
        {
            await Answers.ProblemAsync(context, Problems.NoSuchRequest(id));
            return;
        }

        if (!WayHome.IsWanted(undo))
        {
            await Answers.ProblemAsync(context, Problems.Of(StatusCodes.Status409Conflict, "no-way-home",
                $"{id} is no undo that ended degraded or got worse: there is nothing to take back."));
            return;
        }

        var prepared = await home.PrepareAsync(undo, Reader.NameIn(context), context.RequestAborted);
        if (prepared.Refusal is { } refusal)
        {
            await Answers.ProblemAsync(
                context, Problems.Of(StatusCodes.Status409Conflict, refusal.Code ?? "refused", TextOf(refusal)));
        }
        else if (Answers.WantsHtml(context.Request))
            Answers.SeeOther(context, Views.RequestFacts.PathOf(prepared.Request!));
        else
            await requests.ShowJsonAsync(context, prepared.Request!);
    }

    private static string TextOf(IntakeRefusal refusal) => refusal switch
    {
        IntakeRefusal.NotCurrent moved =>
            $"{moved.Workload} was changed since this undo and is at revision {moved.Current} now: there is nothing to take back.",
        IntakeRefusal.NoSuchRevision gone =>
            $"Revision {gone.Revision}, which ran before this undo, is gone: a cluster keeps only so many.",
        _ => RefusalText.Of(refusal),
    };
}
