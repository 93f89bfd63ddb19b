using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers;

/// <summary>Sees to it that every namespace has the account that pods run as by default.</summary>
internal sealed class ServiceAccountController(AdmittedStore store) : IController
{
    private const string Default = "default";

    public WorkKind Kind => WorkKind.ServiceAccounts;

    public void Reconcile(string @namespace, string name)
    {
        if (store.Store.Find(ResourceCatalog.Namespaces, "", @namespace) is null
            || store.Store.Find(ResourceCatalog.ServiceAccounts, @namespace, Default) is not null)
            return;
        var metadata = new JsonObject { ["name"] = Default };
        var account = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = metadata };
        store.Create(ResourceCatalog.ServiceAccounts, @namespace, account, WriteOptions.Controller);
    }
}
