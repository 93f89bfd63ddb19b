namespace McpRollout.Approvals.Requests;

/// <summary>A denial of an undo of the same workload, within a day before it is asked for again.</summary>
/// <param name="RequestId">The request that was denied.</param>
/// <param name="Approver">Who denied it.</param>
/// <param name="At">When.</param>
/// <param name="Comment">Their words, if any.</param>
/// <param name="ToRevision">The revision that was asked for, by its number then.</param>
/// <param name="SameTarget">Whether it would have brought back the same template as this one.</param>
internal sealed record EarlierDenial(
    string RequestId, string Approver, DateTimeOffset At, string? Comment, long ToRevision, bool SameTarget);

/// <summary>What was refused before, for whoever is to decide again.</summary>
internal static class EarlierDenials
{
    /// <summary>For how long a denial is told with each new request.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(1);

    /// <summary>The denials among earlier requests of the workload, the latest first.</summary>
    public static IReadOnlyList<EarlierDenial> Before(UndoRequest request, IEnumerable<UndoRequest> earlier) =>
    [
        .. from denied in earlier
           where denied.State == RequestState.Denied && denied.Plan.Uid == request.Plan.Uid
               && denied.Plan.Resume is null == request.Plan.Resume is null
           let denial = denied.Decisions.LastOrDefault(decision => decision.Verdict == Verdict.Deny)
           where denial is not null && denial.At > request.CreatedAt - Window
           orderby denial.At descending
           select new EarlierDenial(denied.Id, denial.Approver, denial.At, denial.Comment, denied.Plan.ToRevision,
               request.Plan.Resume is not null || denied.Plan.ToDigest == request.Plan.ToDigest),
    ];

    /// <summary><c>The same was denied twice in the last day</c>; null where nothing was.</summary>
    public static string? Headline(IReadOnlyList<EarlierDenial> denials)
    {
        var same = denials.Count(denial => denial.SameTarget);
        return (same, denials.Count) switch
        {
            (_, 0) => null,
            (0, var others) => $"Another undo of this workload was denied {Times(others)} in the last day",
            _ => $"The same undo was denied {Times(same)} in the last day",
        };
    }

    /// <summary>One of them in a line: <c>dana denied it on 2026-11-29 14:02Z: "not this one"</c>. The words are the person's.</summary>
    public static string Line(EarlierDenial denial) =>
        $"{VisibleText.Of(denial.Approver, 80)} denied {(denial.SameTarget ? "it" : $"an undo to revision {denial.ToRevision}")} "
            + $"on {TimeText.Of(denial.At)}"
            + (string.IsNullOrWhiteSpace(denial.Comment) ? ", without a comment"
                : $": {VisibleText.Quoted(VisibleText.Of(denial.Comment, 300))}");

    private static string Times(int count) => count switch
    {
        1 => "once",
        2 => "twice",
        _ => $"{count} times",
    };
}
