namespace McpRollout.Approvals.Intake;

/// <summary>Finds out what a rollback would run into.</summary>
internal sealed class ReleaseOutlook(WorkloadContextReader surroundings, IReleaseRehearsal rehearsal, TimeProvider time)
{
    private const int AtTheSameTime = 4;
    private const int LongestSaid = 240;

    /// <summary>How long objects may be rehearsed. An agent waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

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

    /// <summary>What the cluster would refuse of the target, with the object's name, null if nothing; and what could not be found out, in
    /// sentences.</summary>
    public async Task<(ClusterFailure? Refused, IReadOnlyList<string> Unsure)> RehearseAsync(
        ReleaseHistory history, ReleaseRevision target, CancellationToken cancellationToken)
    {
        var (record, unsure, left) = (target.Record!, new List<string>(), new Queue<ReleaseObject>(target.Record!.Manifest.Objects));
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            while (left.Count > 0)
            {
                ReleaseObject[] some = [.. left.Take(AtTheSameTime)];
                var answers = await Task.WhenAll(some.Select(each => rehearsal.DryRunAsync(
                    each.Body, each.Source, history.Release.Namespace, forces: !record.IsApplied, either.Token)));
                foreach (var (each, answer) in some.Zip(answers).Where(each => !each.Second.Succeeded))
                {
                    if (!IsForGood(answer.Failure!, record))
                        unsure.Add($"{each.Name} could not be rehearsed as Helm will write it. The cluster said (somebody's words): "
                            + VisibleText.Quoted(VisibleText.EndsOf(Words(each, answer.Failure!), LongestSaid)));
                    else
                        return (answer.Failure! with { Message = $"{each.Name}: {Words(each, answer.Failure!)}" }, unsure);
                }

                foreach (var _ in some)
                    left.Dequeue();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            unsure.Add($"{left.Count} of its objects were not rehearsed: that took longer than {Patience.TotalSeconds:0} seconds.");
        }

        return (null, unsure);
    }

    // What Helm does not write by server-side apply may be refused here and taken from Helm; and what the target brings the kind of is not
    // served yet.
    private static bool IsForGood(ClusterFailure failure, ReleaseRecord target) => failure.Kind switch
    {
        ClusterFailureKind.Invalid => target.IsApplied,
        ClusterFailureKind.NotFound =>
            !target.Manifest.Objects.Any(each => each.Name.Kind is "CustomResourceDefinition" or "Namespace"),
        _ => true,
    };

    // A refusal can quote the value that it is about.
    private static string Words(ReleaseObject about, ClusterFailure failure) => about.Name.Kind == "Secret"
        ? $"it was refused ({failure.Reason ?? failure.Kind.ToString()}), in words that are not shown, since they can hold a value."
        : SecretText.Mask(failure.Message);

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
