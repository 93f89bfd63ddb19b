using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>Whether what the target refers to is still there, and as it was.</summary>
internal static class ReferenceChecks
{
    private static readonly string[] DataFields = ["data", "binaryData", "stringData"];

    /// <summary>An object that is not there.</summary>
    public static Finding? MissingReference(UndoFacts facts)
    {
        var missing = Required(facts)
            .Where(reference => Find(facts, reference)?.Failure?.Kind == ClusterFailureKind.NotFound)
            .Select(reference => reference.Label);
        return FindingKinds.MissingReference.OfAny(missing,
            names => $"Revision {facts.Target.Number} refers to what does not exist in {facts.Workload.Ref.Namespace}: {names}.");
    }

    /// <summary>A key that is not there.</summary>
    public static Finding? MissingKey(UndoFacts facts)
    {
        var missing = Required(facts)
            .Where(reference => reference.Key is { } key && Keys(Find(facts, reference)) is { } keys && !keys.Contains(key))
            .Select(reference => $"{reference.Label} has no key {ShownValue.Name(reference.Key)}");
        return FindingKinds.MissingKey.OfAny(missing, names => $"Revision {facts.Target.Number} reads keys that are not there: {names}.");
    }

    /// <summary>Content that is no longer what the target ran with.</summary>
    public static Finding? ChangedSince(UndoFacts facts)
    {
        if (LastRun.Of(facts.History, facts.Target) is not { } last)
            return null;

        var changed = TemplateReference.In(facts.Target.Template)
            .Where(reference => reference.IsRead)
            .DistinctBy(reference => reference.Label)
            .Select(reference => Find(facts, reference) is { Succeeded: true } known && Change(known.Value, last.Since) is { } change
                ? (Told: $"{reference.Label} {change.Told}", change.At)
                : default)
            .Where(change => change.Told is not null)
            .ToList();
        var replacing = changed.Any(change => change.At <= last.Until) ? ", or with what took its place" : "";
        return FindingKinds.ChangedSince.OfAny(changed.Select(change => change.Told), names => $"By the cluster's record {names}: after "
            + $"revision {facts.Target.Number} last ran, taken to be until {TimeText.ToTheSecond(last.Until)} ({last.Basis}){replacing}.");
    }

    /// <summary>The names of the keys of a ConfigMap or Secret; null when its metadata does not tell them.</summary>
    public static IReadOnlySet<string>? Keys(ClusterAnswer<JsonElement>? answer)
    {
        if (answer is not { Succeeded: true } known)
            return null;

        var members = ManagedFields.WritersOf(known.Value)
            .SelectMany(writer => DataFields.SelectMany(field => writer.Fields.MembersAt($"f:{field}")))
            .Select(member => member.Name)
            .ToList();
        return members.Count == 0
            ? null : members.Where(name => name.StartsWith("f:", StringComparison.Ordinal)).Select(name => name[2..]).ToHashSet();
    }

    private static IEnumerable<TemplateReference> Required(UndoFacts facts) =>
        TemplateReference.In(facts.Target.Template).Where(reference => !reference.Optional).Distinct();

    private static ClusterAnswer<JsonElement>? Find(UndoFacts facts, TemplateReference reference) =>
        facts.Referred.TryGetValue(new(reference.Kind, reference.Name), out var answer) ? answer : default(ClusterAnswer<JsonElement>?);

    private static (string Told, DateTimeOffset At)? Change(JsonElement metadata, DateTimeOffset since)
    {
        if (metadata.MomentAt("metadata", "creationTimestamp") is { } made && made > since)
            return ($"was made at {TimeText.ToTheSecond(made)}", made);

        var latest = DataFields
            .SelectMany(field => ManagedFields.WritersOf(metadata, field))
            .Where(writer => writer.At > since)
            .MaxBy(writer => writer.At);
        return latest is { At: { } written } ? ($"was last written by {latest}", written) : null;
    }
}
