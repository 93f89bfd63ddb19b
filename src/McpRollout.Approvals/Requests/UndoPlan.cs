using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Git;

namespace McpRollout.Approvals.Requests;

/// <summary>
/// Exactly what an approval binds: in the cluster of this name and API server's address, to restore one revision in place of the one that
/// was current when the plan was made. A revision's number is no identity (an undo renumbers it), nor is a workload's name (it can be made
/// again), so both templates' digests and the workload's uid are in it.
/// </summary>
internal sealed record UndoPlan(
    string Cluster,
    string Server,
    ResourceType ResourceType,
    string Namespace,
    string Name,
    string Uid,
    long FromRevision,
    long ToRevision,
    string FromDigest,
    string ToDigest)
{
    // Crockford's base 32: no I, L, O, U, so that it can be read aloud.
    private const string MatchAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>The pods to delete after the patch, in this order, if they still hold the rollout up then.</summary>
    public IReadOnlyList<PodRef> Pods { get => field ?? []; init; }

    /// <summary>The images by digest with which the target comes back; null where it comes back as its template is.</summary>
    public IReadOnlyList<ImagePin>? Pins { get; init; }

    /// <summary>The owner that is paused before the patch is sent; null if none is.</summary>
    public OwnerPause? Pause { get; init; }

    /// <summary>The revert that is opened in Git once the patch is accepted; null if none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlannedRevert? Revert { get; init; }

    /// <summary>The owner that is resumed, which is then all that is done: both revisions are the current one. Null for an undo.</summary>
    public OwnerResume? Resume { get; init; }

    /// <summary>Whether it is a release of Helm that goes back. Its digests are then those of the revisions' records, and its uid that of
    /// the current one.</summary>
    [JsonIgnore]
    public bool IsRelease => !ResourceType.IsWorkload();

    /// <summary>The revision that Helm makes of a rollback: its last one by then, and one more.</summary>
    [JsonIgnore]
    public long ReleaseRevision => FromRevision + 1;

    /// <summary>The workload, or the release, that the plan is about.</summary>
    [JsonIgnore]
    public WorkloadRef Workload => new(ResourceType, Namespace, Name);

    /// <summary>SHA-256 over the plan's canonical JSON, in lower-case hex: what a decision names.</summary>
    [JsonIgnore]
    public string Digest => Convert.ToHexStringLower(Hash());

    /// <summary>The first 30 bits of SHA-256 over the digest and the request's id, as <c>XXX-XXX</c>, for a person to compare what the
    /// agent and the page show. A plan that is asked for again has another one.</summary>
    public string MatchCodeFor(string requestId)
    {
        var bits = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{Digest} {requestId}")));
        var code = string.Concat(Enumerable.Range(0, 6).Select(at => MatchAlphabet[(int)(bits >> (27 - (5 * at))) & 31]));
        return $"{code[..3]}-{code[3..]}";
    }

    /// <summary>What a record says that it is about.</summary>
    [JsonIgnore]
    public AuditTarget Target => new(Cluster, Namespace, Workload.TypeName, Name, Uid, FromRevision, ToRevision, Digest);

    /// <summary>The pods for a record; null if there are none.</summary>
    public JsonArray? PodsJson() => Pods.Count == 0
        ? null
        : new JsonArray([.. Pods.Select(pod => new JsonObject { ["name"] = pod.Name, ["uid"] = pod.Uid })]);

    /// <summary>The images for a record; null if none were asked for.</summary>
    public JsonArray? PinsJson() => Pins is null
        ? null
        : new JsonArray([.. Pins.Select(pin => new JsonObject { ["container"] = pin.Container, ["image"] = pin.Image })]);

    /// <summary>The owner for a record; null if none is paused.</summary>
    public JsonObject? PauseJson() => Pause is null
        ? null
        : new JsonObject
        {
            ["kind"] = Pause.Kind.ToString(),
            ["namespace"] = Pause.Namespace,
            ["name"] = Pause.Name,
            ["uid"] = Pause.Uid,
            ["field"] = Pause.Field,
        };

    /// <summary>The owner for a record; null if none is resumed.</summary>
    public JsonObject? ResumeJson() => Resume is null
        ? null
        : new JsonObject
        {
            ["kind"] = Resume.Kind.ToString(),
            ["namespace"] = Resume.Namespace,
            ["name"] = Resume.Name,
            ["uid"] = Resume.Uid,
            ["paused_by"] = Resume.PausedBy,
            ["field"] = Resume.Field,
            ["change"] = Resume.Change,
        };

    /// <summary>What it is about in a few words: <c>revision 3 -> 2</c>, or the owner that is resumed.</summary>
    [JsonIgnore]
    public string Way => Resume is { } resume ? $"resuming {resume.Owner}" : $"revision {FromRevision} -> {ToRevision}";

    /// <summary>The history with the target as the plan brings it back.</summary>
    public RevisionHistory Pinned(RevisionHistory history) => Pins is { } pins ? history.WithPins(ToRevision, pins) : history;

    private byte[] Hash() => SHA256.HashData(CanonicalJson.Bytes(Canonical()));

    // A plan that deletes no pod, pins no image, pauses and resumes nobody and opens nothing has the digest that it had before any could.
    private JsonObject Canonical()
    {
        var plan = new JsonObject
        {
            ["cluster"] = Cluster,
            ["server"] = Server,
            ["resource_type"] = Workload.TypeName,
            ["namespace"] = Namespace,
            ["name"] = Name,
            ["uid"] = Uid,
            ["from_revision"] = FromRevision,
            ["to_revision"] = ToRevision,
            ["from_template"] = FromDigest,
            ["to_template"] = ToDigest,
        };
        if (PodsJson() is { } pods)
            plan["delete_pods"] = pods;
        if (PinsJson() is { } pins)
            plan["pin_images"] = pins;
        if (PauseJson() is { } pause)
            plan["pause_owner"] = pause;
        if (Revert is not null)
            plan["open_revert"] = Revert.ToJson();
        if (ResumeJson() is { } resume)
            plan["resume_owner"] = resume;
        return plan;
    }
}
