namespace McpRollout.Mcp.Tools;

/// <summary>Waits for people to decide and for what follows, and tells the client of each step.</summary>
internal sealed class RequestWait(ApprovalBroker broker, PageLink page, TimeProvider time)
{
    /// <summary>The request once nothing more happens to it by itself, or as it is when the limit is over; null if there is none.</summary>
    public async Task<UndoRequest?> UntilFinishedAsync(string id, TimeSpan limit, ToolProgress progress,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await page.SettleAsync(cancellationToken);
        (RequestState State, int Given, string? News)? told = null;
        while (true)
        {
            var left = limit - time.GetElapsedTime(started);
            var request = await broker.WaitAsync(id, found => found.IsFinished || Stage(found) != told, left, cancellationToken);
            if (request is null || request.IsFinished || left <= TimeSpan.Zero)
                return request;
            told = Stage(request);
            await progress.ReportAsync(NewsOf(request), cancellationToken);
        }
    }

    private static (RequestState State, int Given, string? News) Stage(UndoRequest request) =>
        (request.State, request.GivenApprovals, request.Outcome?.Message);

    private string NewsOf(UndoRequest request) => request.State switch
    {
        RequestState.Pending when request.GivenApprovals > 0 =>
            $"{request.GivenApprovals} {(request.GivenApprovals == 1 ? "person has" : "people have")} approved; it is not enough yet. "
                + $"Waiting at {Place(request)} (match code {request.MatchCode}).",
        RequestState.Pending => $"Waiting for a decision at {Place(request)} (match code {request.MatchCode}).",
        RequestState.Applied when request.Outcome is { } outcome => VisibleText.Of(outcome.Message, 200),
        _ => $"The request is {request.State.ToName()}.",
    };

    private string Place(UndoRequest request) => page.Of(request.Id) ?? "a terminal, as no approval page is served";
}
