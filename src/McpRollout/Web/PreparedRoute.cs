using McpRollout.Mcp.Answers;
using McpRollout.Web.Session;
using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>Opens what an undo's page offers: the way back of one that did no good (<c>POST /approvals/{id}/way-home</c>), and the end of
/// its pause (<c>POST /approvals/{id}/resume</c>). What they open waits for a decision like any other request, unless it was approved
/// beforehand.</summary>
internal sealed class PreparedRoute(ApprovalBroker broker, Clusters clusters, RequestRoute requests)
{
    /// <summary>The way back.</summary>
    public Task OpenWayHomeAsync(HttpContext context) => OpenAsync(
        context,
        WayHome.IsWanted,
        (undo, cluster) => cluster.Part<WayHome>().PrepareAsync(undo, Reader.NameIn(context), context.RequestAborted),
        Problems.Of(StatusCodes.Status409Conflict, "no-way-home",
            $"{RequestRoute.IdOf(context)} is no undo that ended degraded or got worse: there is nothing to take back."));

    /// <summary>The end of the pause.</summary>
    public Task OpenResumeAsync(HttpContext context) => OpenAsync(
        context,
        OwnerResumption.IsWanted,
        (undo, cluster) => cluster.Part<OwnerResumption>().PrepareAsync(undo, Reader.NameIn(context), context.RequestAborted),
        Problems.Of(StatusCodes.Status409Conflict, "nothing-to-resume",
            $"{RequestRoute.IdOf(context)} has paused no owner, or is under way: there is nothing to resume."));

    // Leads a browser on to the new request; others are told of it as JSON.
    private async Task OpenAsync(
        HttpContext context,
        Func<UndoRequest, bool> isWanted,
        Func<UndoRequest, ServedCluster, Task<IntakeResult>> prepareAsync,
        Problem unwanted)
    {
        var id = RequestRoute.IdOf(context);
        if (await broker.FindAsync(id, context.RequestAborted) is not { } undo)
        {
            await Answers.ProblemAsync(context, Problems.NoSuchRequest(id));
            return;
        }

        if (!isWanted(undo))
        {
            await Answers.ProblemAsync(context, unwanted);
            return;
        }

        var search = await clusters.FindAsync(undo.Plan.Cluster, undo.Plan.Server, context.RequestAborted);
        IntakeResult prepared = search switch
        {
            { Found: { } cluster } => await prepareAsync(undo, cluster),
            { Failure: { } failure } => new IntakeRefusal.ClusterFailed(failure),
            _ => new IntakeRefusal.ClusterFailed(new ClusterFailure(ClusterFailureKind.Unreachable,
                $"{undo.Id} was about cluster {undo.Plan.Cluster}, and this server is connected to {search.Instead}.")),
        };
        if (prepared.Refusal is { } refusal)
        {
            await Answers.ProblemAsync(
                context, Problems.Of(StatusCodes.Status409Conflict, refusal.Code ?? "refused", TextOf(refusal)));
        }
        else if (Answers.WantsHtml(context.Request))
            Answers.SeeOther(context, RequestFacts.PathOf(prepared.Request!));
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
