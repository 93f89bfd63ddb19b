using System.Collections.Concurrent;

namespace McpRollout.Mcp.Tools;

/// <summary>Waits for people to decide and for what follows, and tells the client of each step.</summary>
internal sealed class RequestWait(ApprovalBroker broker, PageLink page, TimeProvider time, IHostApplicationLifetime? process = null)
{
    private const int Remembered = 1000;

    // Who was told that a rollout is healthy, while it is watched on.
    private readonly ConcurrentDictionary<string, bool> _toldHealthy = new(StringComparer.Ordinal);

    private bool IsStopping => process?.ApplicationStopping.IsCancellationRequested == true;

    /// <summary>What was asked for, after the call's wait. Where the client opens the page first, that is not waited for.</summary>
    public async Task<UndoRequest> AfterAskingAsync(UndoRequest request, ToolCall call, CancellationToken cancellationToken)
    {
        await page.SettleAsync(cancellationToken);
        var opens = call.Given.OpensPage && request.State == RequestState.Pending && page.Of(request.Id) is not null;
        var limit = opens ? TimeSpan.Zero : call.Arguments.Seconds("wait_seconds");
        return await UntilFinishedAsync(request.Id, call.Requester, limit, call.Progress, cancellationToken) ?? request;
    }

    /// <summary>The request once its rollout is at its end, and its revert open, or there will be none; where that was told before, once
    /// the watch over it is. As it is when the limit is over, or this server stops; null if there is none.</summary>
    public async Task<UndoRequest?> UntilFinishedAsync(string id, Requester asker, TimeSpan limit, ToolProgress progress,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (_toldHealthy.Count > Remembered)
            _toldHealthy.Clear();
        await page.SettleAsync(cancellationToken);
        (RequestState State, int Given, string? News)? told = null;
        while (true)
        {
            var left = limit - time.GetElapsedTime(started);
            var request = await broker.WaitAsync(
                id, found => found.IsAtRest || Stage(found) != told || IsStopping, left, cancellationToken);
            if (request is null || request.IsAtRest || left <= TimeSpan.Zero || IsStopping)
                return request;
            if (request.IsSettled && _toldHealthy.TryAdd($"{asker.Person} {asker.Client} {id}", true))
                return request;
            told = Stage(request);
            await progress.ReportAsync(NewsOf(request), cancellationToken);
        }
    }

    private static (RequestState State, int Given, string? News) Stage(UndoRequest request) =>
        (request.State, request.GivenApprovals, request.Outcome?.Verification?.Message ?? request.Outcome?.Message);

    /// <summary>What is waited for now, in a sentence.</summary>
    public string NewsOf(UndoRequest request) => request.State switch
    {
        RequestState.Pending when request.GivenApprovals > 0 =>
            $"{request.GivenApprovals} {(request.GivenApprovals == 1 ? "person has" : "people have")} approved; it is not enough yet. "
                + $"Waiting at {Place(request)} (match code {request.MatchCode}).",
        RequestState.Pending => $"Waiting for a decision at {Place(request)} (match code {request.MatchCode}).",
        RequestState.Applied when request.Outcome is { } outcome =>
            VisibleText.Of(outcome.Verification?.Message ?? outcome.Message, 200),
        _ => $"The request is {request.State.ToName()}.",
    };

    private string Place(UndoRequest request) => page.Of(request.Id) ?? "a terminal, as no approval page is served";
}
