using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Revisions;

/// <summary>The ControllerRevisions of a StatefulSet or DaemonSet (k8s.io/kubernetes/pkg/controller/history).</summary>
internal sealed class RevisionHistory(AdmittedStore store)
{
    public List<JsonObject> Of(JsonObject owner) =>
    [
        .. store.Store.List(ResourceCatalog.ControllerRevisions, owner.Namespace()).Where(revision => revision.IsControlledBy(owner))
            .OrderBy(Number),
    ];

    public static int Number(JsonObject revision) => revision.Number("revision") ?? 0;

    /// <summary>The revision of the owner's template: made when it is new, renumbered to the highest when it is an old one again.</summary>
    public JsonObject Current(ResourceType type, JsonObject owner, string hashLabel)
    {
        var data = Data(owner);
        var known = Of(owner);
        var highest = known.Count == 0 ? 0 : Number(known[^1]);
        var equal = known.FindLast(revision => JsonNode.DeepEquals(revision["data"], data));
        if (equal is null) return Create(type, owner, hashLabel, data, highest + 1);
        if (Number(equal) == highest) return equal;
        return store.Update(ResourceCatalog.ControllerRevisions, equal.Namespace(), equal.Name(), value =>
        {
            value["revision"] = highest + 1;
            return value;
        }, WriteOptions.Controller);
    }

    /// <summary>Forgets the oldest revisions beyond the limit, but for those in use.</summary>
    public void Prune(JsonObject owner, Func<JsonObject, bool> isInUse)
    {
        var unused = Of(owner).Where(revision => !isInUse(revision)).ToList();
        var surplus = unused.Count - (owner.Spec().Number("revisionHistoryLimit") ?? 10);
        foreach (var revision in unused.Take(Math.Max(0, surplus)))
            store.Delete(ResourceCatalog.ControllerRevisions, revision.Namespace(), revision.Name());
    }

    public static JsonObject TemplateOf(JsonObject revision)
    {
        var template = revision.Object("data").Object("spec").Object("template")?.Clone() ?? [];
        template.Remove("$patch");
        return template;
    }

    private JsonObject Create(ResourceType type, JsonObject owner, string hashLabel, JsonObject data, int number)
    {
        var hash = NameSuffix.Hash(data, owner.Status().Number("collisionCount") ?? 0);
        var labels = owner.Spec().Object("template").Object("metadata").Object("labels")?.Clone() ?? [];
        labels[hashLabel] = hash;
        var metadata = new JsonObject { ["name"] = $"{owner.Name()}-{hash}", ["labels"] = labels };
        if (owner.Metadata()["annotations"] is { } annotations) metadata["annotations"] = annotations.DeepClone();
        metadata["ownerReferences"] = new JsonArray(OwnerReference.To(type, owner));
        return store.Create(ResourceCatalog.ControllerRevisions, owner.Namespace(), new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ControllerRevision",
            ["metadata"] = metadata,
            ["data"] = data,
            ["revision"] = number,
        }, WriteOptions.Controller);
    }

    private static JsonObject Data(JsonObject owner)
    {
        var template = owner.Spec().Object("template")?.Clone() ?? [];
        template["$patch"] = "replace";
        return new() { ["spec"] = new JsonObject { ["template"] = Sorted(template) } };
    }

    // In the order of Go's maps: kubectl compares these bytes to know whether an undo would change anything.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map =>
            new JsonObject(map.OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
