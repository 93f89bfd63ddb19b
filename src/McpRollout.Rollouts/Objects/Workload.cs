using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Objects;

/// <summary>One Deployment, StatefulSet, DaemonSet or Rollout as the server sent it, with the members that rollouts turn on.</summary>
internal sealed class Workload
{
    private static readonly JsonElement NoTemplate = JsonElement.Parse("{}");

    private readonly Lazy<string> _templateDigest;

    private Workload(ResourceType type, JsonElement raw, JsonElement template)
    {
        Raw = raw;
        Template = template;
        Ref = new WorkloadRef(type, raw.TextAt("metadata", "namespace") ?? "", raw.TextAt("metadata", "name") ?? "");
        Labels = raw.TextsAt("metadata", "labels");
        Annotations = raw.TextsAt("metadata", "annotations");
        _templateDigest = new(() => Objects.TemplateDigest.Of(template));
    }

    public WorkloadRef Ref { get; }

    public ResourceType Type => Ref.Type;

    /// <summary>The identity that a re-created object of the same name does not share.</summary>
    public string Uid => Raw.TextAt("metadata", "uid") ?? "";

    /// <summary>Where a watch may start from, and what a write is pinned to. Every change of the object, of its status too, gives it
    /// another one, and none comes back.</summary>
    public string ResourceVersion => Raw.TextAt("metadata", "resourceVersion") ?? "";

    /// <summary>Rises with every change of the spec; for a Deployment with every annotation too.</summary>
    public long Generation => Raw.NumberAt("metadata", "generation") ?? 0;

    /// <summary>The generation that the status speaks of; 0 before the controller has seen the object. A Rollout
    /// has it as a text.</summary>
    public long ObservedGeneration => Raw.NumberAt("status", "observedGeneration")
        ?? (long.TryParse(Raw.TextAt("status", "observedGeneration"), NumberStyles.None, CultureInfo.InvariantCulture, out var told)
            ? told
            : 0);

    /// <summary>Whether the status speaks of the spec as it is now. Until then its conditions belong to an earlier rollout.</summary>
    public bool IsObserved => ObservedGeneration > 0 && ObservedGeneration >= Generation;

    /// <summary><c>spec.template</c> exactly as the server sent it; an empty object for a Rollout that has none
    /// (<see cref="TemplateSource"/>).</summary>
    public JsonElement Template { get; }

    /// <summary>The digest of <see cref="Template"/> as <see cref="Objects.TemplateDigest"/> takes it.</summary>
    public string TemplateDigest => _templateDigest.Value;

    /// <summary><c>spec.selector</c> in the form of the <c>labelSelector</c> query parameter, not yet percent-encoded; of a Rollout that
    /// takes it over from elsewhere the one of its status.</summary>
    public string LabelSelector => Raw.At("spec", "selector") is null && Type == ResourceType.Rollout
        ? Raw.TextAt("status", "selector") ?? ""
        : Objects.LabelSelector.Text(Raw.At("spec", "selector"));

    /// <summary>Since when it is being deleted; null if it is not.</summary>
    public DateTimeOffset? DeletedAt => Raw.MomentAt("metadata", "deletionTimestamp");

    /// <summary>Whether a Deployment's or Rollout's rollouts are on hold (<c>spec.paused</c>); false for the other kinds.</summary>
    public bool Paused => Type.HasReplicaSets() && Raw.IsTrueAt("spec", "paused");

    /// <summary>The object's own labels; empty also when it has none at all.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>The annotations; empty also when the object has none at all.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; }

    /// <summary>Whether <c>metadata.annotations</c> exists, which decides how a patch can add to it.</summary>
    public bool HasAnnotations => Raw.At("metadata", "annotations") is { ValueKind: JsonValueKind.Object };

    /// <summary>The number of pods wanted: <c>spec.replicas</c> (default 1), for a DaemonSet the nodes that should run one.</summary>
    public int DesiredReplicas => Type == ResourceType.DaemonSet
        ? Raw.CountAt("status", "desiredNumberScheduled")
        : Raw.At("spec", "replicas") is null ? 1 : Raw.CountAt("spec", "replicas");

    /// <summary>How pods are replaced: <c>RollingUpdate</c> (default), <c>Recreate</c> (Deployment), <c>OnDelete</c> (StatefulSet and
    /// DaemonSet), <c>Canary</c> or <c>BlueGreen</c> (Rollout).</summary>
    public string Strategy => Type switch
    {
        ResourceType.Rollout => Raw.At("spec", "strategy", "blueGreen") is null ? "Canary" : "BlueGreen",
        ResourceType.Deployment => Raw.TextAt("spec", "strategy", "type") ?? "RollingUpdate",
        _ => Raw.TextAt("spec", "updateStrategy", "type") ?? "RollingUpdate",
    };

    /// <summary>Whether pods get a new template only when somebody deletes them.</summary>
    public bool IsOnDelete => !Type.HasReplicaSets() && Strategy == "OnDelete";

    /// <summary>Whether a pod that should be gone keeps the next one from being made; ReplicaSets that roll over go on without
    /// it.</summary>
    public bool WaitsForOldPods => !Type.HasReplicaSets() || Strategy == "Recreate";

    /// <summary>Deployment and Rollout: after how long without progress the controller gives a rollout up (<c>progressDeadlineSeconds</c>,
    /// default 600 s); zero for the others.</summary>
    public TimeSpan ProgressDeadline => Type.HasReplicaSets()
        ? TimeSpan.FromSeconds(Raw.NumberAt("spec", "progressDeadlineSeconds") ?? 600)
        : TimeSpan.Zero;

    /// <summary>StatefulSet: pods with an ordinal below it keep the old template; 0 by default and for the other kinds.</summary>
    public int Partition => Type == ResourceType.StatefulSet ? Raw.CountAt("spec", "updateStrategy", "rollingUpdate", "partition") : 0;

    /// <summary>StatefulSet: whether pods are replaced one after the other (<c>podManagementPolicy: OrderedReady</c>, the
    /// default).</summary>
    public bool IsOrdered =>
        Type == ResourceType.StatefulSet && Raw.TextAt("spec", "podManagementPolicy") is null or "OrderedReady";

    /// <summary>StatefulSet: the name of the ControllerRevision that the spec has become, from the status.</summary>
    public string? UpdateRevision => Type == ResourceType.StatefulSet ? Raw.TextAt("status", "updateRevision") : null;

    /// <summary>Rollout: the <see cref="ReplicaSetMarks.Hash"/> of the ReplicaSet that was last rolled out to its end.</summary>
    public string? StableHash => Type == ResourceType.Rollout ? Raw.TextAt("status", "stableRS") : null;

    /// <summary>Rollout: the object that it takes its pod template from instead of having one (<c>spec.workloadRef</c>).</summary>
    public JsonElement? TemplateSource => SourceIn(Type, Raw);

    /// <summary>Rollout: why the ReplicaSet of what the spec says could not be made, in the words of the API server. Its status still
    /// speaks of the one before then, although it has seen the spec (argo-rollouts/rollout/sync.go, createDesiredReplicaSet).</summary>
    public string? RefusedReplicaSet =>
        Type == ResourceType.Rollout && Raw.Condition("Progressing") is { } progress && progress.TextAt("status") == "False"
            && progress.TextAt("reason") == "ReplicaSetCreateError"
            ? progress.TextAt("message") ?? ""
            : null;

    /// <summary>Rollout: why the controller does not take the spec as it is, in its words.</summary>
    public string? InvalidSpec =>
        Type == ResourceType.Rollout && Raw.Condition("InvalidSpec") is { } invalid && invalid.TextAt("status") == "True"
            ? invalid.TextAt("message") ?? ""
            : null;

    public JsonElement Raw { get; }

    /// <summary>Reads an object of the API.</summary>
    /// <param name="type">The kind that was asked for.</param>
    /// <param name="raw">The object; its document must outlive the workload (parse with
    /// <see cref="JsonElement.Parse(string, JsonDocumentOptions)"/> or clone).</param>
    /// <exception cref="JsonException">It has no <c>spec.template</c> object.</exception>
    public static Workload From(ResourceType type, JsonElement raw) =>
        raw.At("spec", "template") is { ValueKind: JsonValueKind.Object } template
            ? new Workload(type, raw, template)
            : SourceIn(type, raw) is not null
            ? new Workload(type, raw, NoTemplate)
            : throw new JsonException($"The {type.ToKind()} that the server sent has no spec.template.");

    private static JsonElement? SourceIn(ResourceType type, JsonElement raw) =>
        type == ResourceType.Rollout && raw.At("spec", "workloadRef") is { ValueKind: JsonValueKind.Object } source ? source : null;
}
