using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Rollouts;

/// <summary>Makes, numbers and sizes the ReplicaSets of a Rollout, in the manner of argo-rollouts/rollout/replicaset.go.</summary>
internal sealed class RolloutSets(AdmittedStore store)
{
    public const string Hash = "rollouts-pod-template-hash";
    public const string Revision = "rollout.argoproj.io/revision";

    private const string RevisionHistory = "rollout.argoproj.io/revision-history";

    private static readonly WriteOptions Controller = new("rollouts-controller");

    private static readonly HashSet<string> NotCopied =
        ["kubectl.kubernetes.io/last-applied-configuration", Revision, RevisionHistory];

    public List<JsonObject> Of(JsonObject rollout) =>
        [.. store.Store.List(ResourceCatalog.ReplicaSets, rollout.Namespace()).Where(set => set.IsControlledBy(rollout))];

    public static string HashOf(JsonObject? set) => set?.Labels().Text(Hash) ?? "";

    public static int RevisionOf(JsonObject set) =>
        int.TryParse(set.Annotation(Revision), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>The one with the template, made and numbered if need be.</summary>
    public JsonObject Newest(JsonObject rollout, JsonObject template)
    {
        var (sets, wanted) = (Of(rollout), Filled(template));
        var newest = sets.Find(set => JsonNode.DeepEquals(Filled(set.Spec().Object("template")!), wanted)) ?? Create(rollout, template);
        return Update(newest, set => Renew(set, rollout, NextRevision(sets, newest)));
    }

    public void Scale(JsonObject set, int replicas)
    {
        if (set.Replicas() != replicas) Update(set, value => value.Ensure("spec")["replicas"] = replicas);
    }

    private JsonObject Create(JsonObject rollout, JsonObject template) =>
        store.Create(ResourceCatalog.ReplicaSets, rollout.Namespace(), Made(rollout, template), Controller);

    /// <summary>A new one with the template.</summary>
    public static JsonObject Made(JsonObject rollout, JsonObject asked)
    {
        var (template, hash) = (asked.Clone(), NameSuffix.Hash(asked, 0));
        template.Ensure("metadata").Ensure("labels")[Hash] = hash;
        var labels = template["metadata"]!["labels"]!;
        return new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{rollout.Name()}-{hash}",
                ["labels"] = labels.DeepClone(),
                ["ownerReferences"] = new JsonArray(OwnerReference.To(ResourceCatalog.Rollouts, rollout)),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 0,
                ["selector"] = new JsonObject { ["matchLabels"] = labels.DeepClone() },
                ["template"] = template,
            },
        };
    }

    /// <summary>The number of the one whose template is the Rollout's.</summary>
    public static int NextRevision(IEnumerable<JsonObject> sets, JsonObject newest) =>
        sets.Where(set => set.Name() != newest.Name()).Select(RevisionOf).DefaultIfEmpty(0).Max() + 1;

    /// <summary>Numbers one, and copies to it what is written on the Rollout.</summary>
    public static void Renew(JsonObject set, JsonObject rollout, int revision)
    {
        foreach (var (key, value) in rollout.Metadata().Object("annotations") ?? [])
            if (!NotCopied.Contains(key)) set.Annotate(key, value!.GetValue<string>());
        if (RevisionOf(set) >= revision) return;
        var (old, history) = (set.Annotation(Revision), set.Annotation(RevisionHistory));
        set.Annotate(Revision, revision.ToString(CultureInfo.InvariantCulture));
        if (old is not null) set.Annotate(RevisionHistory, string.IsNullOrEmpty(history) ? old : $"{history},{old}");
    }

    // The server fills defaults in a ReplicaSet, and none in a Rollout.
    private static JsonObject Filled(JsonObject template)
    {
        var copy = template.Clone();
        copy.Object("metadata").Object("labels")?.Remove(Hash);
        var set = new JsonObject { ["spec"] = new JsonObject { ["template"] = copy } };
        OmitEmpty.Apply(ResourceCatalog.ReplicaSets, set);
        Defaults.Apply(ResourceCatalog.ReplicaSets, set);
        return copy;
    }

    private JsonObject Update(JsonObject set, Action<JsonObject> change) =>
        store.Update(ResourceCatalog.ReplicaSets, set.Namespace(), set.Name(), value =>
        {
            change(value);
            return value;
        }, Controller);
}
