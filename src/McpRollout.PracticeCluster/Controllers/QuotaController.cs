using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers;

/// <summary>Counts what a namespace's pods take of its quotas.</summary>
internal sealed class QuotaController(AdmittedStore store) : IController
{
    public WorkKind Kind => WorkKind.Quotas;

    public void Reconcile(string @namespace, string name)
    {
        foreach (var quota in store.Store.List(ResourceCatalog.ResourceQuotas, @namespace))
        {
            store.Update(ResourceCatalog.ResourceQuotas, @namespace, quota.Name(), value =>
            {
                var hard = value.Spec().Object("hard") ?? [];
                var used = new JsonObject();
                foreach (var (resource, _) in hard)
                {
                    if (PodUsage.Of(store.Store, @namespace, resource) is { } amount)
                        used[resource] = Quantity.Format(amount, PodUsage.IsMemory(resource));
                }
                value["status"] = new JsonObject { ["hard"] = hard.Clone(), ["used"] = used };
                return value;
            }, WriteOptions.ControllerStatus);
        }
    }
}
