using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.History;

/// <summary>
/// Works out for how long each revision was the current one, as far as the cluster can tell. Numbers are given in the order of time, so
/// that the start of each lies between the starts of its neighbours, and its time ends where the next begins.
/// </summary>
/// <remarks>
/// The creation of a ReplicaSet or ControllerRevision is the start of its first number only: an undo gives it a new number, and does not
/// make it again. A ReplicaSet keeps its earlier numbers (annotation <c>deployment.kubernetes.io/revision-history</c>); of a
/// ControllerRevision they can only be guessed at (<see cref="Renumberings"/>).
/// </remarks>
internal static class ServiceTimes
{
    /// <summary>The time of each revision, and of none but those of the history.</summary>
    public static IReadOnlyDictionary<Revision, ServiceTime> Of(
        RevisionHistory history, IReadOnlyList<EarlierUndo> undos, DateTimeOffset now)
    {
        var starts = new SortedDictionary<long, RevisionStart>();
        var marks = history.Workload.Type.ToMarks();
        var renumbered = marks is null ? Renumberings.In(history) : null;
        var total = history.Revisions.ToDictionary(revision => revision, _ => new ServiceTime(TimeSpan.Zero, TimeSpan.Zero));
        if (marks is not null)
            AddReplicaSets(starts, history);
        else
            AddControllerRevisions(starts, total, history, renumbered!, now);
        foreach (var undo in undos)
            Narrow(starts, history, undo);
        Order(starts, now);

        var numbers = starts.Keys.ToList();
        for (var at = 0; at < numbers.Count; at++)
        {
            var start = starts[numbers[at]];
            var end = at + 1 == numbers.Count ? new(start.Holder, now, now)
                : numbers[at + 1] == numbers[at] + 1 ? starts[numbers[at + 1]]
                : starts[numbers[at + 1]] with { Earliest = start.Earliest };
            Add(total, start, end);
            if (renumbered?.MayHaveHadOthers(start.Holder) == true)
                total[start.Holder] = total[start.Holder] with { Longest = end.Latest - start.Holder.CreatedAt };
        }

        return total;
    }

    private static void AddReplicaSets(SortedDictionary<long, RevisionStart> starts, RevisionHistory history)
    {
        foreach (var revision in history.Revisions)
        {
            var made = revision.CreatedAt;
            starts[revision.Number] = RevisionStart.Of(history, revision, renumbered: null);
            for (var at = 0; at < revision.EarlierNumbers.Count; at++)
                starts.TryAdd(revision.EarlierNumbers[at], new(revision, made, at == 0 ? made : null));
        }
    }

    private static void AddControllerRevisions(
        SortedDictionary<long, RevisionStart> starts,
        Dictionary<Revision, ServiceTime> total,
        RevisionHistory history,
        Renumberings renumbered,
        DateTimeOffset now)
    {
        foreach (var revision in history.Revisions)
        {
            var made = revision.CreatedAt;
            starts[revision.Number] = RevisionStart.Of(history, revision, renumbered);

            // Under its first number it was current until, at the latest, the next revision was made, or it got another number itself.
            if (renumbered.Seen.Contains(revision))
            {
                var next = history.Revisions.Select(other => other.CreatedAt).Where(other => other > made).Min();
                Add(total, new(revision, made, made), new(revision, made, next ?? starts[revision.Number].Latest ?? now));
            }
        }
    }

    private static void Narrow(SortedDictionary<long, RevisionStart> starts, RevisionHistory history, EarlierUndo undo)
    {
        if (undo.MadeRevision is not { } number || undo.WorkloadUid != history.Workload.Uid)
            return;
        var start = starts.GetValueOrDefault(number)
            ?? (history.Revisions.FirstOrDefault(revision => revision.TemplateDigest == undo.ToDigest) is { } holder
                ? new(holder, null, null) : null);
        if (start is not null)
            starts[number] = start with { Earliest = Later(start.Earliest, undo.SentAt), Latest = Earlier(start.Latest, undo.SeenAt) };
    }

    private static void Order(SortedDictionary<long, RevisionStart> starts, DateTimeOffset now)
    {
        DateTimeOffset? bound = null;
        foreach (var number in starts.Keys.ToList())
            starts[number] = starts[number] with { Earliest = bound = Later(bound, starts[number].Earliest) };
        bound = now;
        foreach (var number in starts.Keys.Reverse().ToList())
            starts[number] = starts[number] with { Latest = bound = Earlier(bound, starts[number].Latest) };
    }

    private static void Add(Dictionary<Revision, ServiceTime> total, RevisionStart start, RevisionStart end)
    {
        if (!total.TryGetValue(start.Holder, out var time))
            return;
        total[start.Holder] = new(
            time.Shortest + Positive(end.Earliest - start.Latest),
            end.Latest is { } latest && start.Earliest is { } earliest && time.Longest is { } longest
                ? longest + Positive(latest - earliest)
                : null);
    }

    private static TimeSpan Positive(TimeSpan? length) => length > TimeSpan.Zero ? length.Value : TimeSpan.Zero;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other ?? one : one;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
