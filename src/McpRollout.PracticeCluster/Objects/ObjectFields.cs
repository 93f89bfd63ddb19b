namespace McpRollout.PracticeCluster.Objects;

/// <summary>Reads Kubernetes objects as the JSON they are, so that fields this cluster has never heard of survive every write.</summary>
internal static class ObjectFields
{
    public static JsonObject? Object(this JsonNode? node, string key) => (node as JsonObject)?[key] as JsonObject;

    public static JsonArray? Array(this JsonNode? node, string key) => (node as JsonObject)?[key] as JsonArray;

    public static IEnumerable<JsonObject> Objects(this JsonNode? node, string key) => node.Array(key)?.OfType<JsonObject>() ?? [];

    public static string? Text(this JsonNode? node, string key) =>
        (node as JsonObject)?[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static int? Number(this JsonNode? node, string key) => (node as JsonObject)?[key] is JsonValue value
        ? value.TryGetValue(out int number) ? number : value.TryGetValue(out long wide) ? (int)wide : null
        : null;

    public static bool Flag(this JsonNode? node, string key) =>
        (node as JsonObject)?[key] is JsonValue value && value.TryGetValue(out bool flag) && flag;

    public static JsonObject Ensure(this JsonObject parent, string key)
    {
        if (parent[key] is JsonObject child) return child;
        child = [];
        parent[key] = child;
        return child;
    }

    public static void Default(this JsonObject parent, string key, JsonNode value)
    {
        if (parent[key] is null) parent[key] = value;
    }

    public static JsonObject Clone(this JsonObject value) => (JsonObject)value.DeepClone();

    public static JsonObject Metadata(this JsonObject value) => value.Ensure("metadata");

    public static string Name(this JsonObject value) => value.Object("metadata").Text("name") ?? "";

    public static string Namespace(this JsonObject value) => value.Object("metadata").Text("namespace") ?? "";

    public static string Uid(this JsonObject value) => value.Object("metadata").Text("uid") ?? "";

    public static int Generation(this JsonObject value) => value.Object("metadata").Number("generation") ?? 0;

    public static JsonObject? Labels(this JsonObject value) => value.Object("metadata").Object("labels");

    public static string? Annotation(this JsonObject value, string key) => value.Object("metadata").Object("annotations").Text(key);

    public static void Annotate(this JsonObject value, string key, string text) =>
        value.Metadata().Ensure("annotations")[key] = text;

    public static JsonObject? Spec(this JsonObject value) => value.Object("spec");

    public static JsonObject? Status(this JsonObject value) => value.Object("status");

    public static JsonObject? Condition(this JsonObject? status, string type) =>
        status.Objects("conditions").FirstOrDefault(condition => condition.Text("type") == type);

    public static int Replicas(this JsonObject value) => value.Spec().Number("replicas") ?? 1;

    public static DateTimeOffset Created(this JsonObject value) =>
        Timestamp.Parse(value.Object("metadata").Text("creationTimestamp")) ?? DateTimeOffset.MinValue;

    public static JsonObject? ControllerReference(this JsonObject value) =>
        value.Object("metadata").Objects("ownerReferences").FirstOrDefault(owner => owner.Flag("controller"));

    public static bool IsControlledBy(this JsonObject value, JsonObject owner) =>
        value.ControllerReference().Text("uid") == owner.Uid();

    /// <summary>Removes a number that is zero, as Go's <c>omitempty</c> leaves it out.</summary>
    public static void SetCount(this JsonObject parent, string key, int count)
    {
        if (count == 0) parent.Remove(key);
        else parent[key] = count;
    }
}
