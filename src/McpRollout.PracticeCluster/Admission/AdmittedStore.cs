using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>The one way into the store: every write is defaulted, validated, numbered and attributed on its way.</summary>
internal sealed class AdmittedStore(ObjectStore store, ClusterClock clock)
{
    private readonly PodAdmission _pods = new(store);

    private static readonly string[] ServerOwned = ["resourceVersion", "generation", "managedFields", "selfLink", "deletionTimestamp"];
    private static readonly string[] Kept =
        ["name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp"];

    public ObjectStore Store => store;

    public ClusterClock Clock => clock;

    /// <summary>Whether the gate DynamicResourceAllocation is open; see <see cref="ResourceClaims"/>.</summary>
    public bool TakesResourceClaims { get; set; }

    public JsonObject Create(ResourceType type, string @namespace, JsonObject value, WriteOptions options)
    {
        var created = value.Clone();
        var metadata = created.Metadata();
        if (type.Namespaced) metadata["namespace"] = @namespace;
        else metadata.Remove("namespace");
        if (created.Name().Length == 0 && metadata.Text("generateName") is { Length: > 0 } prefix)
            metadata["name"] = prefix + NameSuffix.Random();
        if (type.Namespaced && store.Find(ResourceCatalog.Namespaces, "", @namespace) is null)
            throw ApiErrors.NotFound(ResourceCatalog.Namespaces, @namespace);
        JsonObject? result = null;
        store.Write(type, created.Namespace(), created.Name(), before =>
        {
            if (before is not null) throw ApiErrors.AlreadyExists(type, created.Name());
            Decode(type, created, patched: false);
            metadata["uid"] = Guid.NewGuid().ToString();
            metadata["creationTimestamp"] = clock.Stamp();
            foreach (var field in ServerOwned) metadata.Remove(field);
            if (HasGeneration(type)) metadata["generation"] = 1;
            if (type.HasStatus) created["status"] = InitialStatus(type);
            if (type == ResourceCatalog.Pods) _pods.Complete(created);
            Finish(type, null, created);
            if (type == ResourceCatalog.Pods) _pods.Charge(created);
            ManagedFields.Record(type, null, created, options with { Subresource = "" }, clock.Stamp());
            result = created;
            return options.DryRun ? null : created;
        });
        return options.DryRun ? result! : store.Find(type, created.Namespace(), created.Name()) ?? result!;
    }

    /// <summary>Changes an object that exists. <paramref name="change"/> gets a clone of it; a change of nothing writes nothing.</summary>
    public JsonObject Update(
        ResourceType type, string @namespace, string name, Func<JsonObject, JsonObject> change, WriteOptions options, bool patched = true)
    {
        JsonObject? result = null;
        var stored = store.Write(type, @namespace, name, before =>
        {
            if (before is null) throw ApiErrors.NotFound(type, name);
            var after = change(before.Clone());
            result = after;
            // Most of what controllers do turns out to be done already.
            if (JsonNode.DeepEquals(before, after) && ManagedFields.AreSettled(before, options)) return before;
            Decode(type, after, patched);
            Keep(type, before, after, options.Subresource);
            if (options.Subresource != "status") Finish(type, before, after);
            if (JsonNode.DeepEquals(before, after) && ManagedFields.AreSettled(before, options)) return before;
            ManagedFields.Record(type, before, after, options, clock.Stamp());
            if (!options.DryRun && after.Metadata()["deletionTimestamp"] is not null && !IsHeld(after)) return null;
            return options.DryRun ? before : after;
        });
        return options.DryRun ? result! : stored ?? result!;
    }

    private static bool IsHeld(JsonObject value) => value.Metadata().Array("finalizers") is { Count: > 0 };

    private static void Decode(ResourceType type, JsonObject value, bool patched)
    {
        if (FieldTypes.Problem(type, value) is { } problem)
        {
            throw patched
                ? ApiErrors.Invalid(type, value.Name(), [FieldError.Invalid("patch", "the patched object", problem)])
                : ApiErrors.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: {problem}");
        }
        OmitEmpty.Apply(type, value);
    }

    private void Finish(ResourceType type, JsonObject? before, JsonObject after)
    {
        if (!TakesResourceClaims) ResourceClaims.Drop(type, before, after);
        Defaults.Apply(type, after);
        if (before is null) Generations.Start(type, after);
        if (before is not null && HasGeneration(type)) Generations.Raise(type, before, after);
        Validation.Check(type, after, before);
    }

    private static void Keep(ResourceType type, JsonObject before, JsonObject after, string subresource)
    {
        var (old, metadata) = (before.Metadata(), after.Metadata());
        if (metadata.Text("resourceVersion") is { Length: > 0 } version && version != old.Text("resourceVersion"))
            throw ApiErrors.Conflict(type, before.Name());
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != old.Text("uid"))
        {
            var problem = FieldError.Invalid("metadata.uid", $"\"{uid}\"", "field is immutable");
            throw ApiErrors.Invalid(type, before.Name(), [problem, problem]);
        }
        if (metadata.Text("name") is { } name && name != before.Name())
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({before.Name()})");
        foreach (var field in Kept)
        {
            if (old[field] is { } kept) metadata[field] = kept.DeepClone();
            else metadata.Remove(field);
        }
        // A request may change the list itself; one that sends none leaves it as it was (fieldmanager.go, Update).
        if (metadata["managedFields"] is not JsonArray { Count: > 0 } && old["managedFields"] is { } owned)
            metadata["managedFields"] = owned.DeepClone();
        if (!type.HasStatus) return;
        // Each endpoint writes its own half; the status endpoint of a Deployment may annotate it, which is how its revision gets there.
        Restore(before, after, subresource == "status" ? "spec" : "status");
        if (subresource == "status" && old["labels"] is { } labels) metadata["labels"] = labels.DeepClone();
    }

    private static void Restore(JsonObject before, JsonObject after, string half)
    {
        if (before[half] is { } kept) after[half] = kept.DeepClone();
        else after.Remove(half);
    }

    private static bool HasGeneration(ResourceType type) =>
        ResourceCatalog.HasPodTemplate(type) || ResourceCatalog.IsCustom(type) || type == ResourceCatalog.PodDisruptionBudgets;

    private static JsonObject InitialStatus(ResourceType type)
    {
        if (type == ResourceCatalog.Pods) return new() { ["phase"] = "Pending", ["qosClass"] = "BestEffort" };
        if (type == ResourceCatalog.ReplicaSets || type == ResourceCatalog.StatefulSets) return new() { ["replicas"] = 0 };
        if (type == ResourceCatalog.DaemonSets)
        {
            return new()
            {
                ["currentNumberScheduled"] = 0,
                ["desiredNumberScheduled"] = 0,
                ["numberMisscheduled"] = 0,
                ["numberReady"] = 0,
            };
        }
        return [];
    }

    /// <summary>Deletes one object; what it owned follows. One with finalizers is only marked, and goes with the last of them. Null when
    /// there is none.</summary>
    public JsonObject? Delete(ResourceType type, string @namespace, string name, Action<JsonObject>? check = null)
    {
        JsonObject? deleted = null;
        store.Write(type, @namespace, name, before =>
        {
            if (before is not null) check?.Invoke(before);
            deleted = before;
            if (before is null || !IsHeld(before)) return null;
            var marked = before.Clone();
            if (marked.Metadata()["deletionTimestamp"] is null) marked.Metadata()["deletionTimestamp"] = clock.Stamp();
            return marked;
        });
        return deleted;
    }
}
