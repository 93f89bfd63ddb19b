using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Selection;

/// <summary>Field selectors: names and namespaces of everything, and the few other fields that the API indexes.</summary>
internal sealed class FieldSelector
{
    private readonly List<(string Path, bool Equal, string Value)> _requirements = [];

    public static FieldSelector Parse(string? text, ResourceType type)
    {
        var selector = new FieldSelector();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var operation = Array.Find(["!=", "=="], known => part.Contains(known, StringComparison.Ordinal)) ?? "=";
            var at = part.IndexOf(operation, StringComparison.Ordinal);
            if (at < 0) throw new InvalidSelectorException($"invalid selector: '{part}'; can't understand '{part}'");
            var path = part[..at];
            if (!IsKnown(path, type))
                throw new InvalidSelectorException(
                    $"\"{path}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
            selector._requirements.Add((path, operation != "!=", part[(at + operation.Length)..]));
        }
        return selector;
    }

    public bool Matches(JsonObject value) =>
        _requirements.TrueForAll(requirement => (Read(value, requirement.Path) == requirement.Value) == requirement.Equal);

    private static bool IsKnown(string path, ResourceType type) => path is "metadata.name" or "metadata.namespace"
        || (type == ResourceCatalog.Events && path.StartsWith("involvedObject.", StringComparison.Ordinal))
        || (type == ResourceCatalog.Events && path is "reason" or "type" or "source" or "reportingComponent")
        || (type == ResourceCatalog.Pods && path is "spec.nodeName" or "spec.restartPolicy" or "spec.schedulerName")
        || (type == ResourceCatalog.Pods && path is "spec.serviceAccountName" or "status.phase" or "status.podIP")
        || (type == ResourceCatalog.ReplicaSets && path is "status.replicas")
        || (type == ResourceCatalog.Namespaces && path is "status.phase")
        || (type == ResourceCatalog.Secrets && path is "type")
        || (type == ResourceCatalog.Nodes && path is "spec.unschedulable");

    private static string Read(JsonObject value, string path)
    {
        JsonNode? node = value;
        foreach (var part in path == "source" ? ["source", "component"] : path.Split('.')) node = (node as JsonObject)?[part];
        return node?.ToString() ?? "";
    }
}
