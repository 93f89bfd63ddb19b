using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace McpRollout.Mcp.Answers;

/// <summary>The revisions of a workload as the agent is told of them.</summary>
/// <param name="Resource">The workload.</param>
/// <param name="CurrentRevision">What an undo must name as the current one; null before the controller has made any.</param>
/// <param name="TotalRevisions">How many the cluster has.</param>
/// <param name="Revisions">The newest of them, newest first; the one asked for in full is among them, however old.</param>
/// <param name="Findings">What is worth knowing before choosing one.</param>
/// <param name="WrittenBy">Who last wrote the workload's template and its images, as a hint.</param>
/// <param name="LeftOut">How many revisions the limit left out.</param>
/// <param name="Detail">One revision in full, if it was asked for.</param>
internal sealed record HistoryView(
    ResourceView Resource,
    long? CurrentRevision,
    int TotalRevisions,
    IReadOnlyList<RevisionView> Revisions,
    IReadOnlyList<Finding> Findings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WrittenBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LeftOut,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RevisionDetail? Detail)
{
    /// <summary><see cref="Findings"/>, with what each is about.</summary>
    [JsonIgnore]
    public IReadOnlyList<Finding> Around { get; init; } = [];

    /// <summary>Tells of what was read.</summary>
    /// <param name="cluster">The cluster it was read from.</param>
    /// <param name="templates">The revisions to tell.</param>
    /// <param name="evidence">What is known of them.</param>
    /// <param name="areUndosKnown">Whether the store said which undos there were.</param>
    /// <param name="surroundings">What was read besides; null for nothing.</param>
    public static HistoryView Of(
        ClusterIdentity cluster,
        ToldTemplates templates,
        HistoryEvidence evidence,
        bool areUndosKnown = true,
        UndoFacts? surroundings = null)
    {
        var (history, inFull) = (evidence.History, templates.InFull);
        var facts = surroundings ?? (templates.Told.Count == 0 ? null : new UndoFacts(history, templates.Told[0].Revision));
        IReadOnlyList<RevisionView> told =
        [
            .. templates.Told.Select(template => Of(template, evidence[template.Revision], history) with
            {
                Against = RevisionFindings.For(facts! with { Target = template.Revision }),
            }),
        ];
        var around = facts is null ? HistoryFindings.WithoutRevisions(history, areUndosKnown) : HistoryFindings.For(facts, areUndosKnown);
        return new HistoryView(
            ResourceView.Of(history.Workload.Ref, cluster.Name),
            history.Current?.Number,
            history.Revisions.Count,
            told,
            [.. around.Select(finding => finding with { Subjects = null })],
            Writers(history.Workload),
            told.Count < history.Revisions.Count ? history.Revisions.Count - told.Count : null,
            inFull is null ? null : RevisionDetail.Of(history, inFull))
        {
            Around = around,
        };
    }

    private static RevisionView Of(ToldTemplate template, RevisionEvidence evidence, RevisionHistory history)
    {
        var revision = template.Revision;
        return new(
            revision.Number,
            revision == history.Current,
            revision.CreatedAt,
            evidence.ShownCause,
            template.Images,
            revision.Replicas,
            revision.ReadyReplicas,
            template.Changes,
            evidence.Lines(history))
        {
            Evidence = evidence,
            SameTemplateAs = evidence.SameTemplateAs,
            ImageRefs = template.ImageRefs,
            ImagesRan = evidence.Ran.GroupBy(ran => ran.Run.Container).ToDictionary(
                ran => VisibleText.Of(ran.Key, ToldTemplate.LongestName),
                ran => (IReadOnlyList<RanDigest>)[.. ran.Select(each => new RanDigest(each.Run.Digest, each.FirstSeen, each.LastSeen))]),
            Reads = template.Reads,
            Environment = template.Environment,
            IsCloseToAnother = template.IsCloseToAnother,
        };
    }

    private static string? Writers(Workload workload)
    {
        var (template, images) = (FieldWriter.OfTemplate(workload), FieldWriter.OfImages(workload));
        return images is null || images == template ? template?.ToString() : $"{template}; images by {images}";
    }
}

/// <summary>One revision, with what it changed against the one before it, and what is known of it.</summary>
internal sealed record RevisionView(
    long Revision,
    bool Current,
    DateTimeOffset? CreatedAt,
    string? ChangeCause,
    IReadOnlyDictionary<string, string> Images,
    int? Replicas,
    int? ReadyReplicas,
    IReadOnlyList<string> Changes,
    [property: JsonPropertyName("evidence")] IReadOnlyList<string> EvidenceLines)
{
    /// <summary>An older revision with the very same template.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SameTemplateAs { get; init; }

    /// <summary>Codes of what stands against going back to it.</summary>
    public IReadOnlyList<string> Findings => [.. Against.Select(finding => finding.Code)];

    /// <summary>Whether each container's image is named by digest, by a tag, or by one that moves.</summary>
    public IReadOnlyDictionary<string, ImageNaming> ImageRefs { get; init; } = new Dictionary<string, ImageNaming>();

    /// <summary>The digests that each container was seen to run, the latest last.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<RanDigest>> ImagesRan { get; init; } =
        new Dictionary<string, IReadOnlyList<RanDigest>>();

    /// <summary>The ConfigMaps and Secrets that its containers read.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>Labels in place of the values of environment variables that differ among the revisions told.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Whether another was made so soon before or after it that minutes would not tell them apart.</summary>
    [JsonIgnore]
    public bool IsCloseToAnother { get; init; }

    /// <summary>What <see cref="Findings"/> are the codes of.</summary>
    [JsonIgnore]
    public IReadOnlyList<Finding> Against { get; init; } = [];

    /// <summary>What <see cref="EvidenceLines"/> say.</summary>
    [JsonIgnore]
    public required RevisionEvidence Evidence { get; init; }
}

/// <summary>A digest that a container was seen to run.</summary>
internal sealed record RanDigest(string Digest, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);

/// <summary>One revision in full, as far as it may be shown.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Annotations">Its annotations, masked.</param>
/// <param name="Template">Its pod template, masked.</param>
/// <param name="ChangesFromCurrent">What going back to it would change now.</param>
internal sealed record RevisionDetail(
    long Revision, IReadOnlyDictionary<string, string> Annotations, JsonNode Template, IReadOnlyList<string> ChangesFromCurrent)
{
    private const int LargestTemplate = 64 * 1024;

    public static RevisionDetail Of(RevisionHistory history, Revision revision) => new(
        revision.Number,
        TemplateMask.MaskAnnotations(revision.Annotations),
        Shown(revision),
        TemplateChanges.Between(history.Template, revision.Template));

    // What a model cannot take in at once would only push the rest out of its sight.
    private static JsonNode Shown(Revision revision)
    {
        var size = JsonMarshal.GetRawUtf8Value(revision.Template).Length;
        return size <= LargestTemplate
            ? TemplateMask.Mask(revision.Template)
            : JsonValue.Create($"Left out: the template has {size / 1024} KiB, and at most {LargestTemplate / 1024} are told. The user can "
                + $"read it with kubectl, from {VisibleText.Of(revision.Source, 260)}.");
    }
}
