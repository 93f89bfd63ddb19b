using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using McpRollout.Broker;
using McpRollout.Cluster;
using McpRollout.Rollouts;

namespace McpRollout.Tools;

/// <summary>The revisions of a workload as the agent is told of them.</summary>
/// <param name="Resource">The workload.</param>
/// <param name="CurrentRevision">What an undo must name as the current one; null before the controller has made any.</param>
/// <param name="TotalRevisions">How many the cluster has.</param>
/// <param name="Revisions">The newest of them, newest first; the one asked for in full is among them, however old.</param>
/// <param name="Findings">What is worth knowing before choosing one.</param>
/// <param name="Detail">One revision in full, if it was asked for.</param>
internal sealed record HistoryView(
    ResourceView Resource,
    long? CurrentRevision,
    int TotalRevisions,
    IReadOnlyList<RevisionView> Revisions,
    IReadOnlyList<Finding> Findings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RevisionDetail? Detail)
{
    private const int LongestCause = 200;
    private const int ChangesOfEach = 20;

    /// <summary>How many revisions were left out because of the limit.</summary>
    [JsonIgnore]
    public int LeftOut => TotalRevisions - Revisions.Count;

    /// <summary>Tells of what was read.</summary>
    /// <param name="cluster">The cluster it was read from.</param>
    /// <param name="history">What was read.</param>
    /// <param name="limit">How many revisions at most.</param>
    /// <param name="inFull">The revision to tell in full; null for none.</param>
    public static HistoryView Of(ClusterIdentity cluster, RevisionHistory history, int limit, Revision? inFull)
    {
        var workload = history.Workload.Ref;
        return new HistoryView(
            new ResourceView(workload.TypeName, workload.Namespace, workload.Name, cluster.Name),
            history.Current?.Number,
            history.Revisions.Count,
            [.. history.Revisions.Where((revision, at) => at < limit || revision == inFull).Select(revision => Of(history, revision))],
            HistoryFindings.For(history),
            inFull is null ? null : RevisionDetail.Of(history, inFull));
    }

    private static RevisionView Of(RevisionHistory history, Revision revision) => new(
        revision.Number,
        revision == history.Current,
        revision.CreatedAt,
        revision.ChangeCause is { } cause ? VisibleText.Of(SecretText.Mask(cause), LongestCause) : null,
        ImagesOf(revision),
        revision.Replicas,
        revision.ReadyReplicas,
        history.PreviousOf(revision) is { } older ? InShort(revision.Number, TemplateChanges.Between(older.Template, revision.Template)) : []);

    private static IReadOnlyList<string> InShort(long revision, IReadOnlyList<string> changes) => changes.Count <= ChangesOfEach + 1
        ? changes
        : [.. changes.Take(ChangesOfEach), $"and {changes.Count - ChangesOfEach} more; ask with revision {revision} to see the whole"];

    private static Dictionary<string, string> ImagesOf(Revision revision)
    {
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (container, image) in revision.Images)
            images[container] = image;
        return images;
    }
}

/// <summary>One revision, with what it changed against the one before it.</summary>
internal sealed record RevisionView(
    long Revision,
    bool Current,
    DateTimeOffset? CreatedAt,
    string? ChangeCause,
    IReadOnlyDictionary<string, string> Images,
    int? Replicas,
    int? ReadyReplicas,
    IReadOnlyList<string> Changes);

/// <summary>One revision in full, as far as it may be shown.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Annotations">Its annotations, masked.</param>
/// <param name="Template">Its pod template, masked.</param>
/// <param name="ChangesFromCurrent">What going back to it would change now.</param>
internal sealed record RevisionDetail(
    long Revision, IReadOnlyDictionary<string, string> Annotations, JsonNode Template, IReadOnlyList<string> ChangesFromCurrent)
{
    private const int LargestTemplate = 64 * 1024;

    /// <summary>Tells of one revision.</summary>
    public static RevisionDetail Of(RevisionHistory history, Revision revision) => new(
        revision.Number,
        TemplateMask.MaskAnnotations(revision.Annotations),
        Shown(revision),
        TemplateChanges.Between(history.Workload.Template, revision.Template));

    // What a model cannot take in at once would only push the rest out of its sight.
    private static JsonNode Shown(Revision revision)
    {
        var size = JsonMarshal.GetRawUtf8Value(revision.Template).Length;
        return size <= LargestTemplate
            ? TemplateMask.Mask(revision.Template)
            : JsonValue.Create($"Left out: the template has {size / 1024} KiB, and at most {LargestTemplate / 1024} are told. The user can read it with kubectl, from {VisibleText.Of(revision.Source, 260)}.");
    }
}
