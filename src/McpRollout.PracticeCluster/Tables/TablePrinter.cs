using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;

namespace McpRollout.PracticeCluster.Tables;

/// <summary>
/// The tables that <c>kubectl get</c> shows: columns are the server's business (k8s.io/kubernetes/pkg/printers/internalversion).
/// </summary>
internal sealed class TablePrinter
{
    private readonly ClusterClock _clock;
    private readonly Dictionary<ResourceType, Column[]> _columns;
    private readonly Column[] _plain;

    public TablePrinter(ClusterClock clock)
    {
        _clock = clock;
        var name = new Column("Name", value => value.Name());
        var age = new Column("Age", value => AgeOf(value.Object("metadata").Text("creationTimestamp")));
        var containers = new Column("Containers", value => Containers(value, "name"), Wide: true);
        var images = new Column("Images", value => Containers(value, "image"), Wide: true);
        var selector = new Column("Selector", value => Selector(value.Spec().Object("selector").Object("matchLabels")), Wide: true);
        _plain = [name, new("Created At", value => value.Object("metadata").Text("creationTimestamp"), "date")];
        _columns = new()
        {
            [ResourceCatalog.Deployments] =
            [
                name, new("Ready", value => $"{Count(value, "readyReplicas")}/{value.Replicas()}"),
                new("Up-to-date", value => Count(value, "updatedReplicas")), new("Available", value => Count(value, "availableReplicas")),
                age, containers, images, selector,
            ],
            [ResourceCatalog.ReplicaSets] =
            [
                name, new("Desired", value => value.Replicas(), "integer"), new("Current", value => Count(value, "replicas"), "integer"),
                new("Ready", value => Count(value, "readyReplicas"), "integer"), age, containers, images, selector,
            ],
            [ResourceCatalog.StatefulSets] =
            [
                name, new("Ready", value => $"{Count(value, "readyReplicas")}/{value.Replicas()}"), age, containers, images,
            ],
            [ResourceCatalog.DaemonSets] =
            [
                name, Counted("Desired", "desiredNumberScheduled"), Counted("Current", "currentNumberScheduled"),
                Counted("Ready", "numberReady"),
                Counted("Up-to-date", "updatedNumberScheduled"), Counted("Available", "numberAvailable"),
                new("Node Selector", value => Selector(value.Spec().Object("template").Object("spec").Object("nodeSelector"))), age,
                containers, images, selector,
            ],
            [ResourceCatalog.ControllerRevisions] =
            [
                name, new("Controller", Controller), new("Revision", value => value.Number("revision")), age,
            ],
            [ResourceCatalog.Pods] =
            [
                name, new("Ready", PodCells.Ready), new("Status", PodCells.Status), new("Restarts", PodCells.Restarts, "integer"), age,
                new("IP", value => value.Status().Text("podIP") ?? "<none>", Wide: true),
                new("Node", value => value.Spec().Text("nodeName") ?? "<none>", Wide: true),
                new("Nominated Node", _ => "<none>", Wide: true), new("Readiness Gates", _ => "<none>", Wide: true),
            ],
            [ResourceCatalog.Events] =
            [
                new("Last Seen", value => AgeOf(value.Text("lastTimestamp"))), new("Type", value => value.Text("type")),
                new("Reason", value => value.Text("reason")),
                new("Object", InvolvedObject),
                new("Subobject", _ => "", Wide: true), new("Source", value => value.Object("source").Text("component") ?? "", Wide: true),
                new("Message", value => value.Text("message")?.Trim()),
                new("First Seen", value => AgeOf(value.Text("firstTimestamp")), Wide: true),
                new("Count", value => value.Number("count") ?? 1, Wide: true), name with { Wide = true },
            ],
            [ResourceCatalog.Namespaces] = [name, new("Status", value => value.Status().Text("phase")), age],
            [ResourceCatalog.Nodes] =
            [
                name, new("Status", _ => "Ready"), new("Roles", _ => "<none>"), age,
                new("Version", value => value.Status().Object("nodeInfo").Text("kubeletVersion") ?? ""),
            ],
            [ResourceCatalog.ConfigMaps] = [name, new("Data", Entries), age],
            [ResourceCatalog.Secrets] = [name, new("Type", value => value.Text("type")), new("Data", Entries), age],
            [ResourceCatalog.Services] =
            [
                name, new("Type", value => value.Spec().Text("type")),
                new("Cluster-IP", value => value.Spec().Text("clusterIP") ?? "<none>"), new("External-IP", _ => "<none>"),
                new("Port(s)", Ports), age, new("Selector", value => Selector(value.Spec().Object("selector")), Wide: true),
            ],
            [ResourceCatalog.ServiceAccounts] = [name, new("Secrets", value => value.Array("secrets")?.Count ?? 0), age],
            [ResourceCatalog.PersistentVolumeClaims] =
            [
                name, new("Status", value => value.Status().Text("phase")), new("Volume", value => value.Spec().Text("volumeName") ?? ""),
                new("Capacity", ResourceCells.Capacity), new("Access Modes", ResourceCells.AccessModes),
                new("StorageClass", value => value.Spec().Text("storageClassName") ?? ""), age,
                new("VolumeMode", value => value.Spec().Text("volumeMode") ?? "<unset>", Wide: true),
            ],
            [ResourceCatalog.ResourceQuotas] =
            [
                name, age, new("Request", value => ResourceCells.Quota(value, limits: false)),
                new("Limit", value => ResourceCells.Quota(value, limits: true)),
            ],
            [ResourceCatalog.HorizontalPodAutoscalers] =
            [
                name, new("Reference", ResourceCells.Reference), new("Targets", ResourceCells.Targets),
                new("MinPods", value => $"{value.Spec().Number("minReplicas") ?? 1}"),
                new("MaxPods", value => value.Spec().Number("maxReplicas"), "integer"),
                new("Replicas", value => value.Status().Number("currentReplicas") ?? 0, "integer"), age,
            ],
            [ResourceCatalog.PodDisruptionBudgets] =
            [
                name, new("Min Available", value => ResourceCells.Amount(value, "minAvailable")),
                new("Max Unavailable", value => ResourceCells.Amount(value, "maxUnavailable")),
                Counted("Allowed Disruptions", "disruptionsAllowed"), age,
            ],
            [ResourceCatalog.PriorityClasses] =
            [
                name, new("Value", value => value.Number("value") ?? 0, "integer"),
                new("Global-Default", value => value.Flag("globalDefault"), "boolean"), age,
            ],
            [ResourceCatalog.RoleBindings] = [name, new("Role", Role), age],
            [ResourceCatalog.ClusterRoleBindings] = [name, new("Role", Role), age],
        };
    }

    public JsonArray Columns(ResourceType type) => new([.. ColumnsOf(type).Select(column => column.Definition())]);

    public JsonArray Cells(ResourceType type, JsonObject value) => new([.. ColumnsOf(type).Select(column => column.Cell(value))]);

    private Column[] ColumnsOf(ResourceType type) => _columns.GetValueOrDefault(type, _plain);

    private static Column Counted(string name, string field) => new(name, value => Count(value, field), "integer");

    private static int Count(JsonObject value, string field) => value.Status().Number(field) ?? 0;

    private static JsonNode Entries(JsonObject value) => (value.Object("data")?.Count ?? 0) + (value.Object("binaryData")?.Count ?? 0);

    private static JsonNode Role(JsonObject value) => $"{value.Object("roleRef").Text("kind")}/{value.Object("roleRef").Text("name")}";

    private static JsonNode InvolvedObject(JsonObject value) =>
        $"{value.Object("involvedObject").Text("kind")?.ToLowerInvariant()}/{value.Object("involvedObject").Text("name")}";

    private static JsonNode Controller(JsonObject value) => value.ControllerReference() is { } owner
        ? $"{owner.Text("kind")?.ToLowerInvariant()}.{owner.Text("apiVersion")?.Split('/')[0]}/{owner.Text("name")}"
        : "<none>";

    private static JsonNode Ports(JsonObject value)
    {
        var ports = value.Spec().Objects("ports").Select(port => $"{port.Number("port")}/{port.Text("protocol") ?? "TCP"}").ToArray();
        return ports.Length == 0 ? "<none>" : string.Join(',', ports);
    }

    private static JsonNode Containers(JsonObject value, string field) =>
        string.Join(',', value.Spec().Object("template").Object("spec").Objects("containers").Select(container => container.Text(field)));

    private static string Selector(JsonObject? labels) => labels is not { Count: > 0 }
        ? "<none>"
        : string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    private string AgeOf(string? time) => Timestamp.Parse(time) is { } since ? Age.Text(_clock.Now - since) : "<unknown>";
}
