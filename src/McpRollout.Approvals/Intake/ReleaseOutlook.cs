namespace McpRollout.Approvals.Intake;

/// <summary>Finds out what a rollback would run into.</summary>
internal sealed class ReleaseOutlook(WorkloadContextReader surroundings, IReleaseRehearsal rehearsal)
{
    private const int AtTheSameTime = 4;

    /// <summary>Of each workload of the target what holds a rollback, named by the workload.</summary>
    public async Task<IReadOnlyList<Finding>> ReadAsync(
        ReleaseHistory history, ReleaseRevision target, CancellationToken cancellationToken)
    {
        var objects = target.Record!.Manifest.Objects;
        var brought = objects.Select(BroughtBy).OfType<Referred>().ToHashSet();
        var found = new List<Finding>();
        foreach (var some in objects.Where(each => each.Template is not null).Chunk(AtTheSameTime))
        {
            var read = await Task.WhenAll(some.Select(async each =>
                each.Workload(history.Release.Namespace) is { } workload
                    ? (workload, await FindingsAsync(workload, each, target.Number, brought, cancellationToken))
                    : (null, [])));
            found.AddRange(read.SelectMany(each => each.Item2.Select(finding =>
                finding with { Message = $"{each.workload}: {finding.Message}" })));
        }

        // One of each kind: what it is about is all that was found.
        return [.. found.GroupBy(finding => finding.Code).Select(same => same.First() with
        {
            Message = string.Join(' ', same.Select(finding => finding.Message)),
            Subjects = [.. same.SelectMany(finding => finding.Subjects ?? []).Distinct()],
        })];
    }

    /// <summary>What the cluster would refuse of the target, with the object's name; null if nothing.</summary>
    public async Task<ClusterFailure?> RehearseAsync(
        ReleaseHistory history, ReleaseRevision target, CancellationToken cancellationToken)
    {
        foreach (var some in target.Record!.Manifest.Objects.Chunk(AtTheSameTime))
        {
            var answers = await Task.WhenAll(some.Select(each =>
                rehearsal.DryRunAsync(each.Body, history.Release.Namespace, cancellationToken)));
            foreach (var (each, answer) in some.Zip(answers))
            {
                if (!answer.Succeeded)
                    return answer.Failure with { Message = $"{each.Name}: {answer.Failure.Message}" };
            }
        }

        return null;
    }

    private Task<IReadOnlyList<Finding>> FindingsAsync(
        WorkloadRef workload, ReleaseObject target, long revision, IReadOnlySet<Referred> brought, CancellationToken cancellationToken)
    {
        var restored = Revision.OfRelease(revision, target.Template!.Value);
        var history = RevisionHistory.OfRelease(Workload.From(workload.Type, InNamespace(target.Body, workload.Namespace)), restored);
        return surroundings.ReadForReleaseAsync(history, restored, brought, cancellationToken);
    }

    private static JsonElement InNamespace(JsonElement body, string @namespace)
    {
        var copy = JsonObject.Create(body)!.DeepClone();
        copy["metadata"]!["namespace"] = @namespace;
        return JsonSerializer.SerializeToElement(copy, ReleaseJson.Default.JsonNode);
    }

    private static Referred? BroughtBy(ReleaseObject each) =>
        Enum.TryParse<ReferencedKind>(each.Name.Kind, out var kind) ? new(kind, each.Name.Name) : null;
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonNode))]
internal sealed partial class ReleaseJson : System.Text.Json.Serialization.JsonSerializerContext;
