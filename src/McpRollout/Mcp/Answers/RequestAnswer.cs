using System.Collections.Concurrent;

namespace McpRollout.Mcp.Answers;

/// <summary>What the three undo tools answer about a request: one shape for all.</summary>
internal sealed class RequestAnswer(ApprovalBroker broker, PageLink page, TimeProvider time)
{
    private const int Remembered = 1000;

    public static ToolAnswer Unknown(string id) => ToolAnswer.Refused(
        $"There is no request \"{VisibleText.Of(id, 64)}\". The id is request_id in the answer of k8s_rollout_undo; k8s_rollout_status "
            + "names a workload's open request in pending_undo.");

    private readonly ConcurrentDictionary<string, string> _told = new(StringComparer.Ordinal);

    /// <summary>The request in full.</summary>
    public async Task<ToolAnswer> OfAsync(UndoRequest request, Requester asker, CancellationToken cancellationToken)
    {
        var view = await ViewAsync(request, cancellationToken);
        Remember(view, asker);
        return ToolAnswer.Of(view, ToolJson.Default.RequestView, RequestText.Of(view, time.GetUtcNow()));
    }

    /// <summary>The request, in one line and the next step if it is as it was last told.</summary>
    public async Task<ToolAnswer> NewsOfAsync(UndoRequest request, Requester asker, CancellationToken cancellationToken)
    {
        var view = await ViewAsync(request, cancellationToken);
        return ToolAnswer.Of(
            view,
            ToolJson.Default.RequestView,
            Remember(view, asker) ? RequestText.Of(view, time.GetUtcNow()) : RequestText.Unchanged(view));
    }

    private async Task<RequestView> ViewAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var evaluation = await broker.EvaluateAsync(request, cancellationToken);
        await page.SettleAsync(cancellationToken);
        var url = page.Of(request.Id);
        return RequestView.Of(request, url, evaluation, NextStepOf(request, url, evaluation));
    }

    // True if that is news.
    private bool Remember(RequestView view, Requester asker)
    {
        var told = $"{view.State} {view.Approvals.Given} {view.Findings.Count} {view.Outcome?.Message} {view.NextStep}";
        if (_told.Count > Remembered)
            _told.Clear();
        var line = $"{asker.Person} {asker.Client} {view.RequestId}";
        var before = _told.GetValueOrDefault(line);
        _told[line] = told;
        return before != told;
    }

    public string NextStepOf(UndoRequest request) => NextStepOf(request, page.Of(request.Id), evaluation: null);

    private string NextStepOf(UndoRequest request, string? url, ApprovalEvaluation? evaluation) =>
        request.State == RequestState.Pending && url is null
            ? $"{NextSteps.Need(evaluation)}The user cannot decide on the page: {page.Problem} They can at a terminal: 'mcp-rollout "
                + $"approvals approve {request.Id}' (or deny), match code {request.MatchCode}. Tell them, then call "
                + "k8s_rollout_undo_status with wait_seconds 50."
            : NextSteps.For(request, url, evaluation);
}
