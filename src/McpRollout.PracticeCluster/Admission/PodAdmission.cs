using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>What a server's plugins ServiceAccount, Priority and ResourceQuota do to a new pod, or say against it.</summary>
internal sealed class PodAdmission(ObjectStore store)
{
    public void Complete(JsonObject pod)
    {
        var spec = pod.Ensure("spec");
        if (spec.Text("serviceAccountName") is not { Length: > 0 }) spec["serviceAccountName"] = spec.Text("serviceAccount") ?? "default";
        var account = spec.Text("serviceAccountName")!;
        if (store.Find(ResourceCatalog.ServiceAccounts, pod.Namespace(), account) is null)
            throw Refused(pod, $"error looking up service account {pod.Namespace()}/{account}: serviceaccount \"{account}\" not found");
        var priority = 0;
        if (spec.Text("priorityClassName") is { Length: > 0 } name)
        {
            if (store.Find(ResourceCatalog.PriorityClasses, "", name) is not { } found)
                throw Refused(pod, $"no PriorityClass with name {name} was found");
            priority = found.Number("value") ?? 0;
        }
        spec["priority"] = priority;
        spec.Default("preemptionPolicy", "PreemptLowerPriority");
    }

    public void Charge(JsonObject pod)
    {
        foreach (var quota in store.List(ResourceCatalog.ResourceQuotas, pod.Namespace()))
        {
            var hard = (quota.Spec().Object("hard") ?? []).Select(limit => limit.Key).Order(StringComparer.Ordinal).ToArray();
            var silent = hard.SelectMany(resource => PodUsage.Silent(pod, resource).Select(container => $"{resource} for: {container}"))
                .ToArray();
            if (silent.Length > 0)
                throw ApiErrors.NotAdmitted(ResourceCatalog.Pods, pod.Name(),
                    $"failed quota: {quota.Name()}: must specify {string.Join("; ", silent)}");
            var exceeded = hard.Select(resource => Claim.Of(store, pod, quota, resource))
                .Where(claim => claim.Used + claim.Requested > claim.Limit).ToArray();
            if (exceeded.Length > 0)
                throw ApiErrors.NotAdmitted(ResourceCatalog.Pods, pod.Name(),
                    $"exceeded quota: {quota.Name()}, requested: {Line(exceeded, claim => claim.Requested)}, "
                    + $"used: {Line(exceeded, claim => claim.Used)}, limited: {Line(exceeded, claim => claim.Limit)}");
        }
    }

    private static string Line(Claim[] claims, Func<Claim, decimal> amount) =>
        string.Join(',', claims.Select(claim => $"{claim.Resource}={Quantity.Format(amount(claim), PodUsage.IsMemory(claim.Resource))}"));

    // These plugins run before the server has made up a name.
    private static ApiException Refused(JsonObject pod, string message) =>
        ApiErrors.NotAdmitted(ResourceCatalog.Pods, pod.Object("metadata").Text("generateName") ?? pod.Name(), message);

    private sealed record Claim(string Resource, decimal Requested, decimal Used, decimal Limit)
    {
        public static Claim Of(ObjectStore store, JsonObject pod, JsonObject quota, string resource) => new(
            resource, PodUsage.Of(pod, resource) ?? 0, PodUsage.Of(store, pod.Namespace(), resource) ?? 0,
            Quantity.Parse(quota.Spec().Object("hard")?[resource]?.ToString()) ?? decimal.MaxValue);
    }
}
