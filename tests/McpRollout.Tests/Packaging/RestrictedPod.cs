using System.Text.Json;
using McpRollout.Rollouts.Json;

namespace McpRollout.Tests.Packaging;

/// <summary>
/// The profile <c>restricted</c> of the Pod Security Standards, and a root file system that is only read. By rules: the admission that
/// holds pods to it came with 1.23, and the control plane of the tests has none.
/// </summary>
internal static class RestrictedPod
{
    private static readonly string[] Volumes =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    /// <summary>What a pod's spec has against it.</summary>
    public static IEnumerable<string> Faults(JsonElement pod)
    {
        foreach (var field in new[] { "hostNetwork", "hostPID", "hostIPC" })
        {
            if (pod.At(field) is { ValueKind: JsonValueKind.True })
                yield return field;
        }

        foreach (var kind in pod.ItemsAt("volumes").SelectMany(volume => volume.EnumerateObject().Select(member => member.Name)))
        {
            if (kind != "name" && !Volumes.Contains(kind))
                yield return $"a volume of {kind}";
        }

        foreach (var container in new[] { "initContainers", "containers", "ephemeralContainers" }.SelectMany(each => pod.ItemsAt(each)))
        {
            foreach (var fault in Faults(pod, container))
                yield return $"{container.TextAt("name")}: {fault}";
        }
    }

    private static IEnumerable<string> Faults(JsonElement pod, JsonElement container)
    {
        JsonElement? Own(params string[] path) => container.At(["securityContext", .. path]);
        JsonElement? Effective(params string[] path) => Own(path) ?? pod.At(["securityContext", .. path]);

        if (Own("privileged") is { ValueKind: JsonValueKind.True })
            yield return "privileged";
        if (Own("allowPrivilegeEscalation") is not { ValueKind: JsonValueKind.False })
            yield return "may gain privileges";
        if (Own("readOnlyRootFilesystem") is not { ValueKind: JsonValueKind.True })
            yield return "may write its root file system";
        if (!container.ItemsAt("securityContext", "capabilities", "drop").Any(each => each.ValueEquals("ALL")))
            yield return "keeps capabilities";
        if (container.ItemsAt("securityContext", "capabilities", "add").Any())
            yield return "adds capabilities";
        if (container.ItemsAt("ports").Any(port => port.At("hostPort") is not null))
            yield return "has a port of the host";
        if (Effective("runAsNonRoot") is not { ValueKind: JsonValueKind.True } || Effective("runAsUser")?.ToString() == "0")
            yield return "may be root";
        if (Effective("seccompProfile", "type")?.ToString() is not ("RuntimeDefault" or "Localhost"))
            yield return "has no seccomp profile";
        foreach (var field in new[] { "procMount", "seLinuxOptions", "windowsOptions" })
        {
            if (Effective(field) is not null)
                yield return field;
        }
    }
}
