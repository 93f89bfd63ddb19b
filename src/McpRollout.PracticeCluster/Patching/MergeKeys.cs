using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Patching;

/// <summary>
/// Which lists merge, and by what: the <c>patchMergeKey</c> tags of k8s.io/api. Every other list is replaced as a whole.
/// </summary>
internal static class MergeKeys
{
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["containers"] = "name",
        ["initContainers"] = "name",
        ["ephemeralContainers"] = "name",
        ["env"] = "name",
        ["volumes"] = "name",
        ["volumeMounts"] = "mountPath",
        ["volumeDevices"] = "devicePath",
        ["imagePullSecrets"] = "name",
        ["hostAliases"] = "ip",
        ["topologySpreadConstraints"] = "topologyKey",
        ["resourceClaims"] = "name",
        ["schedulingGates"] = "name",
        ["conditions"] = "type",
        ["ownerReferences"] = "uid",
        ["secrets"] = "name",
        ["addresses"] = "type",
        ["taints"] = "key",
        ["podIPs"] = "ip",
    };

    public static string? Of(string field, ResourceType type) => field == "ports"
        ? type == ResourceCatalog.Services ? "port" : "containerPort"
        : Keys.GetValueOrDefault(field);

    /// <summary>Lists of plain values that merge as sets.</summary>
    public static bool IsSet(string field) => field == "finalizers";
}
