using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary>What a person gave with <c>approve</c> or <c>deny</c>.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Verdict">What they decide.</param>
/// <param name="Approver">Their name; null: they are asked for it.</param>
/// <param name="Comment">Their words.</param>
/// <param name="FromStandardInput">Whether the passphrase comes from there.</param>
/// <param name="BreakGlass">Whether they approve alone where more are required.</param>
/// <param name="WayHome">Whether they approve the way back too, for as long as the rules offer.</param>
/// <param name="Waits">Whether they want to see the end of it.</param>
internal sealed record GivenDecision(
    string Id, Verdict Verdict, string? Approver, string? Comment, bool FromStandardInput, bool BreakGlass, bool WayHome,
    bool Waits);

/// <summary>Takes a decision at a terminal. What stands against it is said before anything else is shown or asked.</summary>
internal sealed class RequestDecision(ApprovalBroker broker, RequestReading reading, RequestFollowing following)
{
    /// <summary>Takes it, and follows the undo as far as is wanted.</summary>
    public async Task<int> TakeAsync(GivenDecision given, CancellationToken cancellationToken)
    {
        if (await broker.FindAsync(given.Id, cancellationToken) is not { } request)
            return ExitCodes.Fail(await reading.UnknownAsync(given.Id, cancellationToken));
        if (!request.State.IsUndecided())
            return ExitCodes.Fail($"{given.Id} is {request.State.ToName()} already; nothing was changed.");
        if (given.Comment?.Length > DecisionAttempt.LongestComment)
            return ExitCodes.Misuse($"--comment has more than {DecisionAttempt.LongestComment} characters.");
        if (given.Approver is null && (given.FromStandardInput || !Terminal.IsInteractive))
            return ExitCodes.Fail("Who decides? Give your name with --approver.");
        if (!given.FromStandardInput && !Terminal.IsInteractive)
            return ExitCodes.Fail(Terminal.NoPassphrase);

        var facts = await reading.FactsAsync(request, cancellationToken);
        if (given.WayHome && facts.Case?.WayHomeOffer is null)
            return ExitCodes.Fail("The rules do not let the way back be approved beforehand: leave --way-home out. Nothing was decided.");
        Terminal.WriteLine(RequestLines.Whole(facts, await reading.HomeAsync(cancellationToken)));
        var approver = given.Approver ?? Terminal.Ask("Your name as an approver: ");
        var question = $"Passphrase of {approver} to {given.Verdict.ToName()}: ";
        if (Terminal.ReadPassphrase(question, given.FromStandardInput) is not { } passphrase)
            return ExitCodes.Fail(Terminal.NoPassphrase);

        // The plan is the one that was just printed: should the request be another by now, the broker refuses.
        var result = await broker.DecideAsync(
            new(given.Id, given.Verdict, request.Plan.Digest, approver, passphrase, Words(given), DecisionAttempt.Terminal)
            {
                BreakGlass = given.BreakGlass,
                WayHomeFor = given.WayHome ? facts.Case?.WayHomeOffer : null,
                Findings = FindingNews.Digest(facts.Findings),
            },
            cancellationToken);
        if (result.Outcome != DecisionOutcome.Recorded)
            return ExitCodes.Fail(result.Outcome == DecisionOutcome.CommentRequired
                ? $"{result.Message} Give it with --comment." : result.Message);
        Terminal.WriteLine(result.Message);
        return given.Waits ? await WaitAsync(result.Request!, cancellationToken)
            : result.Request!.State == RequestState.Approved ? await following.BrieflyAsync(given.Id, cancellationToken)
            : ExitCodes.Done;
    }

    private static string End(UndoRequest end) =>
        end.Outcome?.Verification?.State.ToName() ?? end.Outcome?.Rollout?.ToName() ?? end.State.ToName();

    private static string? Words(GivenDecision given) => string.IsNullOrWhiteSpace(given.Comment) ? null : given.Comment.Trim();

    private async Task<int> WaitAsync(UndoRequest decided, CancellationToken cancellationToken)
    {
        try
        {
            var end = await following.ToTheEndAsync(decided, Tell, cancellationToken);
            return end is { State: RequestState.Applied, Plan.Resume: not null }
                || end.Outcome is { Rollout: UndoRollout.Healthy, Verification: null or { State: VerificationState.Verified } }
                ? ExitCodes.Done
                : ExitCodes.Fail($"{end.Id} ended {End(end)}.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Fail($"Not waited for any longer; the undo goes on: mcp-rollout approvals show {decided.Id} --watch");
        }

        Task Tell(UndoRequest request)
        {
            Terminal.WriteLine(following.News(request));
            return Task.CompletedTask;
        }
    }
}
