namespace McpRollout.Cli;

/// <summary>Requests one to a line, under a header.</summary>
internal static class RequestTable
{
    private const string Gap = "   ";
    private const string None = "-";

    private static readonly string[] PausedHeader = ["OWNER", "CLUSTER", "AGE", "REQUEST", "WORKLOAD", "STILL PAUSED"];

    private static readonly string[] Header = ["ID", "STATE", "ROLLOUT", "NAMESPACE", "WORKLOAD", "REVISION", "MATCH CODE", "AGE", "LEFT"];

    /// <summary>The lines. What nobody recorded yet, that a request is overdue, is seen by the time.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<UndoRequest> requests, DateTimeOffset now) =>
        Aligned([Header, .. requests.Select(request => Row(request, now))]);

    /// <summary>Owners that undos paused; the age is that of the pause.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<PausedOwner> paused, DateTimeOffset now) =>
        Aligned([PausedHeader, .. paused.Select(each => Row(each, now))]);

    private static IEnumerable<string> Aligned(string[][] rows)
    {
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        return rows.Select(row => string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private static string[] Row(PausedOwner paused, DateTimeOffset now) =>
    [
        VisibleText.Of(paused.Owner.Owner.ToString()),
        VisibleText.Of(paused.By.Plan.Cluster),
        TimeText.Of(now - paused.By.PausedAt!.Value),
        paused.By.Id,
        VisibleText.Of($"{paused.By.Plan.Namespace}/{paused.By.Plan.Name}"),
        paused.IsKnown ? "yes" : "not known",
    ];

    private static string[] Row(UndoRequest request, DateTimeOffset now)
    {
        var plan = request.Plan;
        var isOverdue = request.State.IsUndecided() && now >= request.ExpiresAt;
        var waits = request.State is RequestState.Pending or RequestState.Approved && !isOverdue;
        return
        [
            request.Id,
            (isOverdue ? RequestState.Expired : request.State).ToName(),
            request.Outcome?.Rollout?.ToName() ?? None,
            VisibleText.Of(plan.Namespace),
            VisibleText.Of($"{plan.Workload.TypeName}/{plan.Name}"),
            plan.Resume is null ? $"{plan.FromRevision} -> {plan.ToRevision}" : "resume",
            request.MatchCode,
            TimeText.Of(now - request.CreatedAt),
            waits && request.ExpiresAt > now ? TimeText.Of(request.ExpiresAt - now) : None,
        ];
    }
}
