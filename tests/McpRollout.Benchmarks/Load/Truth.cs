namespace McpRollout.Benchmarks.Load;

/// <summary>A record of the audit, as far as the truth is told by it.</summary>
internal sealed record AuditedEvent(string Event, string RequestId, DateTimeOffset Time, string Actor);

/// <summary>What the three sides and the clients know at the end.</summary>
/// <param name="Journal">What clients were told.</param>
/// <param name="Stored">The state of each request in the store.</param>
/// <param name="Patches">How many patches of each request the cluster accepted.</param>
/// <param name="Revisions">The revision that each workload runs in the cluster; each was at the second before.</param>
/// <param name="Audit">The records.</param>
internal sealed record Facts(
    Journal Journal,
    IReadOnlyDictionary<string, string> Stored,
    IReadOnlyDictionary<string, int> Patches,
    IReadOnlyDictionary<WorkloadName, long> Revisions,
    IReadOnlyList<AuditedEvent> Audit);

/// <summary>Whether anything was lost, or happened twice, or was told otherwise than it was. Pure.</summary>
internal static class Truth
{
    private static readonly string[] Outcomes =
        ["undo.applied", "undo.denied", "undo.cancelled", "undo.expired", "undo.stale", "undo.failed"];

    private static readonly string[] Rollouts = ["rollout.healthy", "rollout.degraded", "rollout.superseded"];

    /// <summary>All that is not as promised.</summary>
    public static IEnumerable<string> Violations(Facts facts)
    {
        var audit = facts.Audit.ToLookup(record => record.RequestId);
        return
        [
            .. facts.Journal.Accepted.Keys.Where(id => !facts.Stored.ContainsKey(id)).Select(id => $"{id} was accepted and is lost."),
            .. facts.Journal.Accepted.Keys.Where(id => !facts.Journal.Outcomes.ContainsKey(id))
                .Select(id => $"{id}: its agent was told no outcome."),
            .. facts.Patches.Keys.Where(id => !facts.Stored.ContainsKey(id)).Select(id => $"{id} was patched, and is no request."),
            .. facts.Stored.SelectMany(each => OfRequest(facts, each.Key, each.Value, [.. audit[each.Key]])),
            .. facts.Journal.Decisions.Where(told => !IsOnRecord(told, audit[told.RequestId]))
                .Select(told => $"{told.RequestId}: the decision that {told.Approver} was told is taken is not on record."),
            .. OfWorkloads(facts),
        ];
    }

    private static IEnumerable<string> OfRequest(Facts facts, string id, string state, IReadOnlyList<AuditedEvent> records)
    {
        int Count(params string[] names) => records.Count(record => names.Contains(record.Event));
        var patches = facts.Patches.GetValueOrDefault(id);
        var (isApplied, isApproved) = (state == "applied", Count("undo.approved") > 0);
        var fate = facts.Journal.Accepted.GetValueOrDefault(id).Fate;
        if (state is "pending" or "approved" or "executing" or "unknown")
            yield return $"{id} is {state} and has no end.";
        if (patches != (isApplied ? 1 : 0))
            yield return $"{id} is {state}, and the cluster accepted {patches} patches.";
        if (patches > 0 && !isApproved)
            yield return $"{id} was patched without an approval on record.";
        if (isApproved && !isApplied && !(state == "cancelled" && fate == Fate.CancelledLate))
            yield return $"{id} was approved, and is {state}.";
        if (Count("undo.requested") != 1)
            yield return $"{id} has {Count("undo.requested")} records that it was asked for.";
        if (Count("undo.approved", "undo.denied") > 1)
            yield return $"{id} has {Count("undo.approved", "undo.denied")} decisions on record, where one ends the asking.";
        if (Count(Outcomes) != 1 || Count($"undo.{state}") != 1)
            yield return $"{id} is {state}, and has on record: {string.Join(", ", records.Select(record => record.Event))}.";
        if (Count(Rollouts) != (isApplied ? 1 : 0))
            yield return $"{id} is {state}, and has {Count(Rollouts)} ends of a rollout on record.";
        if (Count("undo.executing") - Count("undo.fenced") > 1)
            yield return $"{id} was announced {Count("undo.executing")} times, with {Count("undo.fenced")} fences.";
        if (facts.Journal.Outcomes.GetValueOrDefault(id) is { } told
            && (told.State != state || (told.Rollout is { } rollout && Count($"rollout.{rollout}") != 1)))
            yield return $"{id} is {state}, and its agent was told {told.State} {told.Rollout}.";
    }

    private static bool IsOnRecord(ToldDecision told, IEnumerable<AuditedEvent> records) => records.Any(
        record => record.Event == (told.Approves ? "undo.approved" : "undo.denied") && record.Actor == told.Approver);

    // Each patch of the template makes one revision. That says it once more, from the workloads' own side.
    private static IEnumerable<string> OfWorkloads(Facts facts)
    {
        var patched = facts.Journal.Accepted.GroupBy(each => each.Value.Workload)
            .ToDictionary(group => group.Key, group => group.Sum(each => facts.Patches.GetValueOrDefault(each.Key)));
        return facts.Revisions.Where(each => each.Value != 2 + patched.GetValueOrDefault(each.Key)).Select(each =>
            $"{each.Key} runs revision {each.Value}, and its requests have {patched.GetValueOrDefault(each.Key)} patches.");
    }
}
