using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.History;

/// <summary>One revision of a workload: a ReplicaSet of a Deployment or Rollout, a ControllerRevision of the others.</summary>
internal sealed class Revision
{
    private readonly Lazy<JsonElement> _comparedTemplate;
    private readonly Lazy<string> _templateDigest;

    private Revision(JsonElement raw, long number, JsonElement template)
    {
        Raw = raw;
        Number = number;
        Template = template;
        Images = PodTemplate.Images(template);
        Annotations = raw.TextsAt("metadata", "annotations");
        CreatedAt = raw.MomentAt("metadata", "creationTimestamp");
        _comparedTemplate = new(() => PodTemplate.Normalised(template));
        _templateDigest = new(() => Objects.TemplateDigest.OfNormalised(ComparedTemplate));
    }

    /// <summary>The number that <c>kubectl rollout history</c> shows. An undo renumbers its target, so it is no identity.</summary>
    public long Number { get; }

    /// <summary>
    /// The numbers that its ReplicaSet had before, the first one first: each time it was brought back it got a new one. A
    /// ControllerRevision does not keep them.
    /// </summary>
    public IReadOnlyList<long> EarlierNumbers { get; private init; } = [];

    /// <summary>The name of the ReplicaSet or ControllerRevision.</summary>
    public string Source => Raw.TextAt("metadata", "name") ?? "";

    public string Uid => Raw.TextAt("metadata", "uid") ?? "";

    /// <summary>Whether it has or had a number.</summary>
    public bool HasHad(long number) => Number == number || EarlierNumbers.Contains(number);

    /// <summary>When the ReplicaSet or ControllerRevision was made: when this template was first rolled out.</summary>
    public DateTimeOffset? CreatedAt { get; }

    /// <summary>Somebody's words from the annotation <c>kubernetes.io/change-cause</c>, as they are: mask and show them as
    /// untrusted.</summary>
    public string? ChangeCause => Annotations.GetValueOrDefault(UndoAnnotations.ChangeCause);

    /// <summary>The template as an undo would bring it back.</summary>
    public JsonElement Template { get; }

    /// <summary>The same as it is compared with others (<see cref="PodTemplate.Normalised"/>).</summary>
    public JsonElement ComparedTemplate => _comparedTemplate.Value;

    /// <summary>The digest of <see cref="Template"/>, equal to the workload's own while it has this template.</summary>
    public string TemplateDigest => _templateDigest.Value;

    /// <summary>Container names to images, in the template's order; init containers after the others.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Images { get; }

    /// <summary>How many pods of it there are, without those that failed as a whole; null where nothing is known.</summary>
    public int? Replicas { get; private init; }

    /// <summary>How many of them are ready; null where nothing is known.</summary>
    public int? ReadyReplicas { get; private init; }

    public IReadOnlyDictionary<string, string> Annotations { get; }

    /// <summary>
    /// The label value of its pods: <see cref="ReplicaSetMarks.Hash"/> for a ReplicaSet's, <c>controller-revision-hash</c> for the others'.
    /// StatefulSet pods carry the ControllerRevision's whole name there, DaemonSet pods only its hash.
    /// </summary>
    public string? PodLabel { get; private init; }

    /// <summary>The label value of the pods that an undo to it makes: that of its own, unless its images are pinned.</summary>
    public string? RestoredLabel { get => field ?? PodLabel; private init; }

    public JsonElement Raw { get; }

    /// <summary>The same, for an undo that brings it back with another template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="restoredLabel">The label value of its pods.</param>
    public Revision Restoring(JsonElement template, string restoredLabel) => new(Raw, Number, template)
    {
        EarlierNumbers = EarlierNumbers,
        Replicas = Replicas,
        ReadyReplicas = ReadyReplicas,
        PodLabel = PodLabel,
        RestoredLabel = restoredLabel,
    };

    /// <summary>What a release's revision has for a workload: no object of the cluster keeps it.</summary>
    /// <param name="number">The release's revision.</param>
    /// <param name="template">The pod template.</param>
    public static Revision OfRelease(long number, JsonElement template) => new(default, number, template);

    /// <summary>Reads a ReplicaSet; null when it carries no revision number, as one that the controller has not yet numbered.</summary>
    public static Revision? FromReplicaSet(JsonElement raw, ReplicaSetMarks marks)
    {
        var text = raw.TextAt("metadata", "annotations", marks.Number);
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ||
            raw.At("spec", "template") is not { ValueKind: JsonValueKind.Object } template)
            return null;

        var restored = PodTemplate.Restored(template);
        return new Revision(raw, number, marks == ReplicaSetMarks.OfRollouts ? RolloutTemplate.Of(raw, restored) : restored)
        {
            Replicas = raw.CountAt("status", "replicas"),
            ReadyReplicas = raw.CountAt("status", "readyReplicas"),
            PodLabel = raw.TextAt("metadata", "labels", marks.Hash),
            EarlierNumbers = [.. Numbers(raw.TextAt("metadata", "annotations", marks.NumbersBefore))
                .Where(before => before < number).Distinct().Order()],
        };
    }

    /// <summary>
    /// Reads a ControllerRevision; null when it has no number or holds no template. The owner's pods are null when they were not read.
    /// </summary>
    public static Revision? FromControllerRevision(ResourceType type, JsonElement raw, IReadOnlyList<JsonElement>? pods)
    {
        if (raw.NumberAt("revision") is not { } number ||
            raw.At("data", "spec", "template") is not { ValueKind: JsonValueKind.Object } template)
            return null;

        var label = type == ResourceType.StatefulSet
            ? raw.TextAt("metadata", "name")
            : raw.TextAt("metadata", "labels", PodFacts.ControllerRevisionLabel);
        var own = pods?.Where(pod => pod.RevisionLabel() == label && !pod.HasFailed()).ToList();
        return new Revision(raw, number, PodTemplate.Restored(template))
        {
            Replicas = own?.Count,
            ReadyReplicas = own?.Count(PodFacts.IsReady),
            PodLabel = label,
        };
    }

    private static IEnumerable<long> Numbers(string? list)
    {
        foreach (var text in list?.Split(',') ?? [])
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                yield return number;
        }
    }
}
