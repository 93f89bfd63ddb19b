using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>What becomes of the objects that another one owned.</summary>
internal static class GarbageCollector
{
    /// <summary>Deletes what only this owner held.</summary>
    public static void Collect(AdmittedStore store, string ownerUid)
    {
        foreach (var (type, owned) in Owned(store, ownerUid))
        {
            if (owned.Object("metadata").Array("ownerReferences")?.Count == 1) store.Delete(type, owned.Namespace(), owned.Name());
            else Release(store, type, owned, ownerUid);
        }
    }

    /// <summary>Lets them live on without their owner.</summary>
    public static void Orphan(AdmittedStore store, JsonObject owner)
    {
        foreach (var (type, owned) in Owned(store, owner.Uid())) Release(store, type, owned, owner.Uid());
    }

    private static List<(ResourceType Type, JsonObject Object)> Owned(AdmittedStore store, string ownerUid) =>
    [
        .. from type in ResourceCatalog.All
           from value in store.Store.List(type)
           where value.Object("metadata").Objects("ownerReferences").Any(reference => reference.Text("uid") == ownerUid)
           select (type, value),
    ];

    private static void Release(AdmittedStore store, ResourceType type, JsonObject owned, string ownerUid) =>
        store.Update(type, owned.Namespace(), owned.Name(), value =>
        {
            var kept = value.Metadata().Objects("ownerReferences").Where(reference => reference.Text("uid") != ownerUid)
                .Select(reference => reference.DeepClone());
            value.Metadata()["ownerReferences"] = new JsonArray([.. kept]);
            return value;
        }, WriteOptions.Controller);
}
