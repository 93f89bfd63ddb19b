using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Owners;

/// <summary>An owner as the server sent it, with the members that pausing turns on.</summary>
internal sealed record Owner(OwnerRef Ref, JsonElement Raw)
{
    private const int LongestSource = 200;
    private const int LongestCommit = 60;

    // k8s.io/apimachinery/pkg/util/managedfields/internal: capmanagers.go and skipnonapplied.go.
    private static readonly string[] Collective = ["ancient-changes", "before-first-apply"];

    public string Uid => Raw.TextAt("metadata", "uid") ?? "";

    /// <summary>Whether it puts back what others change without being asked to.</summary>
    public bool PutsBack => Ref.Kind == OwnerKind.Application
        ? Field is { ValueKind: JsonValueKind.Object } automated && automated.At("enabled") is not { ValueKind: JsonValueKind.False }
        : Field is not { ValueKind: JsonValueKind.True };

    /// <summary>Whether it does so within seconds, not only when its source changes or its interval is over.</summary>
    public bool IsQuick => Field is { } automated && automated.IsTrueAt("selfHeal");

    /// <summary>Whether it is bringing its source to the cluster at this moment, which a pause does not end.</summary>
    public bool IsAtWork => Ref.Kind == OwnerKind.Application
        ? Raw.At("operation") is not null || Raw.TextAt("status", "operationState", "phase") == "Running"
        : Raw.Condition("Reconciling")?.TextAt("status") == "True";

    /// <summary>The field by which it is paused, as it is now; null where it is not there.</summary>
    public JsonElement? Field => Raw.At([.. FieldPath(Ref.Kind)]);

    /// <summary>The same in the server's spelling; <c>null</c> where it is not there.</summary>
    public string FieldText => Field?.GetRawText() ?? "null";

    /// <summary>Where that field is.</summary>
    public static IReadOnlyList<string> FieldPath(OwnerKind kind) =>
        kind == OwnerKind.Application ? ["spec", "syncPolicy", "automated"] : ["spec", "suspend"];

    /// <summary>What a pause writes of it.</summary>
    public static IReadOnlyList<string> PausingPath(OwnerKind kind) =>
        kind == OwnerKind.Application ? [.. FieldPath(kind), "enabled"] : FieldPath(kind);

    /// <summary>The request whose mark of a pause is on it, which stays there when people resume it by hand.</summary>
    public string? PauseMark => UndoAnnotations.RequestOf(Raw.TextsAt("metadata", "annotations"), UndoAnnotations.PausedBy);

    /// <summary>The request that paused it, if it is paused in the way in which this product pauses, and, as far as the cluster's record
    /// says, by nobody else since.</summary>
    public string? PausedBy => IsPausedAsByUs && !IsOthersAlone ? PauseMark : null;

    // People disable auto-sync by taking the whole field away: their pause is not ours, though our mark is there still.
    private bool IsPausedAsByUs => Ref.Kind == OwnerKind.Application
        ? Field?.At("enabled") is { ValueKind: JsonValueKind.False }
        : Field is { ValueKind: JsonValueKind.True };

    // What the API server merges under a name of its own says nothing of who it was.
    private bool IsOthersAlone =>
        ManagedFields.WritersOf(Raw, [.. PausingPath(Ref.Kind)]).Where(writer => !Collective.Contains(writer.Manager)).ToList()
            is { Count: > 0 } writers && writers.TrueForAll(writer => writer.Kind != WriterKind.McpRollout);

    /// <summary>The request by which it was resumed last, if it was by one.</summary>
    public string? ResumedBy => UndoAnnotations.RequestOf(Raw.TextsAt("metadata", "annotations"), UndoAnnotations.ResumedBy);

    /// <summary>Since when, by the cluster's record; null where that does not say.</summary>
    public DateTimeOffset? PausedSince => FieldWriter.Of(Raw, "metadata", "annotations", UndoAnnotations.PausedBy)?.At;

    /// <summary>What it last brought to the cluster: a commit, or the version of a chart. Null where it does not say.</summary>
    public string? Revision => AppliedRevision is { } revision ? VisibleText.Of(revision, LongestCommit) : null;

    /// <summary>The same in its own spelling.</summary>
    public string? AppliedRevision => Ref.Kind switch
    {
        OwnerKind.Application => Raw.ItemsAt("status", "history").LastOrDefault() is { ValueKind: JsonValueKind.Object } last
            ? last.TextAt("revision") ?? (last.ItemsAt("revisions").FirstOrDefault() is { ValueKind: JsonValueKind.String } first
                ? first.Text()
                : null)
            : Raw.TextAt("status", "sync", "revision"),
        OwnerKind.Kustomization => Raw.TextAt("status", "lastAppliedRevision"),
        _ => Raw.ItemsAt("status", "history").FirstOrDefault() is { ValueKind: JsonValueKind.Object } latest
            ? latest.TextAt("chartVersion")
            : null,
    };

    /// <summary>What its source has now, as it last looked: Argo CD compares while it is paused, too. Null where it does not say.</summary>
    public string? Offered => Ref.Kind == OwnerKind.Application
        && (Raw.TextAt("status", "sync", "revision")
            ?? (Raw.ItemsAt("status", "sync", "revisions").FirstOrDefault() is { ValueKind: JsonValueKind.String } first
                ? first.Text()
                : null)) is { Length: > 0 } revision
            ? VisibleText.Of(revision, LongestCommit)
            : null;

    /// <summary>How many objects it lists that it keeps; null where it does not say.</summary>
    public int? Kept => Ref.Kind switch
    {
        OwnerKind.Application when Raw.At("status", "resources") is not null => Raw.ItemsAt("status", "resources").Count(),
        OwnerKind.Kustomization when Raw.At("status", "inventory", "entries") is not null =>
            Raw.ItemsAt("status", "inventory", "entries").Count(),
        _ => null,
    };

    /// <summary>Where that comes from: repository and path, or source and path, or chart. Null where it does not say.</summary>
    public string? Source
    {
        get
        {
            var spec = Raw.At("spec") ?? default;
            var (from, path) = Ref.Kind switch
            {
                OwnerKind.Application => FromGit(spec.At("source") ?? spec.ItemsAt("sources").FirstOrDefault()),
                OwnerKind.Kustomization => (Named(spec.At("sourceRef")), spec.TextAt("path")),
                _ => (Named(spec.At("chart", "spec", "sourceRef") ?? spec.At("chartRef")), spec.TextAt("chart", "spec", "chart")),
            };
            return from is null ? null : VisibleText.Of(SecretText.Mask(path is null ? from : $"{from} {path}"), LongestSource);
        }
    }

    /// <summary>Whether it says itself that the workload is one of its resources: anybody can put a mark on a workload. A HelmRelease does
    /// not say, and neither does one that was never synced.</summary>
    public bool Manages(WorkloadRef workload) => Ref.Kind switch
    {
        OwnerKind.Application when Raw.At("status", "resources") is not null => Raw.ItemsAt("status", "resources").Any(resource =>
            resource.TextAt("group") == workload.Type.ToGroup() && resource.TextAt("kind") == workload.Type.ToKind()
            && resource.TextAt("namespace") == workload.Namespace && resource.TextAt("name") == workload.Name),
        OwnerKind.Kustomization when Raw.At("status", "inventory", "entries") is not null => Raw.ItemsAt("status", "inventory", "entries")
            .Any(entry => entry.TextAt("id") == $"{workload.Namespace}_{workload.Name}_{workload.Type.ToGroup()}_{workload.Type.ToKind()}"),
        _ => true,
    };

    private static (string? From, string? Path) FromGit(JsonElement source) =>
        (source.TextAt("repoURL"), source.TextAt("path") ?? source.TextAt("chart"));

    private static string? Named(JsonElement? source) =>
        source is { } named && named.TextAt("name") is { } name ? $"{named.TextAt("kind")} {name}" : null;
}
