using McpRollout.Approvals.Git;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Reverts;

/// <summary>The revert of a plan in words: what reviewers read at the host, and what people and agents are told of it here.</summary>
internal static class RevertText
{
    private const int LongestTitle = 200;
    private const int LongestWords = 500;
    private const int MostFindings = 20;

    /// <summary>The step of the plan.</summary>
    public static string Step(PlannedRevert revert) => $"Once it is applied, open a {revert.What} that reverts {Commit(revert)} in "
        + $"{revert.Place}, branch {ShownValue.Name(revert.Branch)}. It is not merged: a person does that.";

    /// <summary>What is reverted, in the words of whoever wrote the commit.</summary>
    public static string Commit(PlannedRevert revert) => $"commit {revert.ShortId} ({VisibleText.Quoted(revert.Title)}, by "
        + $"{VisibleText.Quoted(revert.Author)}, in the words of Git)"
        + (revert.PullRequest is { } number ? string.Create(CultureInfo.InvariantCulture, $" with all of pull request #{number}") : "");

    /// <summary>How far it is, in a sentence; null where the plan has none, or the undo is not applied.</summary>
    public static string? Standing(UndoRequest request) => request is not { State: RequestState.Applied, Plan.Revert: { } revert } ? null
        : request.Revert switch
        {
            { IsOpened: true, Name: var name, Url: var url } => $"The {revert.What} {name} that reverts commit {revert.ShortId} is open at "
                + $"{url ?? revert.Place}: have it reviewed and merged, and only then resume {Owner(request)}.",
            { EndedAt: not null, Message: var why } => $"{why} To revert it by hand: {ByHand(revert)}",
            _ => $"A {revert.What} that reverts commit {revert.ShortId} in {revert.Place} is about to be opened.",
        };

    /// <summary>How a person does it.</summary>
    public static string ByHand(PlannedRevert revert) => $"git revert {revert.Commit}, in {revert.Place}";

    /// <summary>What the host is told. Somebody's words stand in code spans, in which hosts look for no mention, link or command.</summary>
    /// <param name="request">The applied undo.</param>
    /// <param name="page">Where its page is; null if that is of no use elsewhere.</param>
    public static RevertDraft Draft(UndoRequest request, string? page)
    {
        var (plan, revert) = (request.Plan, request.Plan.Revert!);
        var title = $"Revert {revert.ShortId}: {plan.Workload} went back to revision {plan.ToRevision} ({request.Id})";
        string[] lines =
        [
            $"{plan.Workload} in namespace {plan.Namespace}, cluster {Code(plan.Cluster)}, was taken back from revision "
                + $"{plan.FromRevision} to revision {plan.ToRevision} by undo {Code(request.Id)}. What ran before came from here: "
                + $"commit {revert.Commit}, the last one that changed {Code(revert.Path ?? "/")} of what {Owner(request)} brought.",
            "",
            $"- Asked for at {TimeText.ToTheSecond(request.CreatedAt)}, by {Code(request.Requester.Client)} for "
                + $"{Code(request.Requester.Person)}. Their reason, not verified: {Code(request.Reason)}",
            .. request.Approvals.Select(decision => $"- Approved at {TimeText.ToTheSecond(decision.At)} by {Code(decision.Approver)}"
                + (string.IsNullOrWhiteSpace(decision.Comment) ? "" : $": {Code(decision.Comment)}")),
            .. request.Changes.Take(MostFindings).Select(change => $"- The undo changed: {Code(change)}"),
            .. request.Findings.Take(MostFindings).Select(finding =>
                $"- {finding.Severity.ToName()} {finding.Code}: {Code(finding.Message)}"),
            .. page is null ? [] : (string[])[$"- Its page: {page}"],
            "",
            $"{Owner(request)} is paused since then, and brings nothing to the cluster. Once this is merged, resume it: "
                + Code(plan.Pause?.ResumeCommand() ?? ""),
            "",
            "Whether this commit is to blame is for the reviewers to say. mcp-rollout opened this and merges nothing.",
        ];
        return new(request.Id, VisibleText.Of(title, LongestTitle), string.Join('\n', lines));
    }

    private static string Owner(UndoRequest request) => request.Plan.Pause?.Owner.ToString() ?? "the owner";

    private static string Code(string words) =>
        $"`{VisibleText.Of(SecretText.Mask(words), LongestWords).Replace('`', '\'')}`";
}
