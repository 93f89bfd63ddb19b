using McpRollout.Hosting;
using McpRollout.Web.Views;

namespace McpRollout.Cli;

/// <summary>Follows a request, a line for each thing that happens to it.</summary>
internal sealed class RequestFollowing(ApprovalBroker broker, TimeProvider time)
{
    // How often it is looked whether its time is over; what happens is seen at once.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    // Long enough for a server to carry it out, short enough that nobody sits before a silent terminal.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>Follows it until nothing more will happen to it by itself.</summary>
    /// <param name="request">The request as it was told.</param>
    /// <param name="tell">Told of each change.</param>
    /// <param name="cancellationToken">Ends the following, and nothing else.</param>
    public async Task<UndoRequest> ToTheEndAsync(UndoRequest request, Func<UndoRequest, Task> tell, CancellationToken cancellationToken)
    {
        var (told, since, isWarned) = (request, time.GetTimestamp(), false);
        while (!told.IsAtRest)
        {
            var seen = told;
            var found = await broker.WaitAsync(told.Id, next => IsNews(seen, next), Look, cancellationToken);
            if (IsNews(told, found!))
            {
                (told, since) = (found!, time.GetTimestamp());
                await tell(told);
            }
            else if (!isWarned && told.State == RequestState.Approved && time.GetElapsedTime(since) > Soon)
            {
                isWarned = true;
                Terminal.WriteLine(NobodyRuns(told));
            }
        }

        return told;
    }

    /// <summary>Waits as long as a server that runs would need to carry it out, and says what became of it.</summary>
    public async Task<int> BrieflyAsync(string id, CancellationToken cancellationToken)
    {
        var request = await broker.WaitAsync(
            id, found => found.State is not (RequestState.Approved or RequestState.Executing), Soon, cancellationToken);
        Terminal.WriteLine(request!.State switch
        {
            RequestState.Applied => $"Applied. Follow the rollout with 'mcp-rollout approvals show {id} --watch'.",
            RequestState.Approved => NobodyRuns(request),
            _ => $"{request.State.ToName()}: {request.Outcome?.Message}",
        });
        return request.State is RequestState.Applied or RequestState.Approved or RequestState.Executing ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>What there is to say of a request that has changed.</summary>
    public string News(UndoRequest request) => Line(request, PageClock.Now(time));

    /// <summary>The same at a moment. Pure.</summary>
    public static string Line(UndoRequest request, PageClock clock)
    {
        var problems = string.Concat((request.Outcome?.Problems ?? []).Select(problem => $"\n    {RequestLines.Problem(problem)}"));
        return $"{TimeText.ToTheSecond(clock.Instant)}  {StatusBanner.Of(request, clock).Long}"
            + (request.Outcome is { } outcome ? $" {VisibleText.Of(outcome.Message)}" : "")
            + (RevertText.Standing(request) is { } revert ? $" {revert}" : "") + problems;
    }

    private static bool IsNews(UndoRequest told, UndoRequest now) =>
        told.State != now.State || told.Outcome?.Rollout != now.Outcome?.Rollout || told.Outcome?.Message != now.Outcome?.Message
        || told.Outcome?.Verification?.State != now.Outcome?.Verification?.State || RevertText.Standing(told) != RevertText.Standing(now)
        || told.Decisions.Count != now.Decisions.Count || told.HeldAt != now.HeldAt;

    private static string NobodyRuns(UndoRequest approved) =>
        $"No running server has carried it out yet; the next one that runs does, until {TimeText.ToTheSecond(approved.ExpiresAt)}.";
}
