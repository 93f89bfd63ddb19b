using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers;

/// <summary>Leaves events beside the objects they are about.</summary>
internal sealed class EventRecorder(AdmittedStore store)
{
    private long _count;

    public void Normal(ResourceType type, JsonObject about, string component, string reason, string message) =>
        Record(type, about, "Normal", component, reason, message);

    public void Warning(ResourceType type, JsonObject about, string component, string reason, string message) =>
        Record(type, about, "Warning", component, reason, message);

    private void Record(ResourceType type, JsonObject about, string severity, string component, string reason, string message)
    {
        var now = store.Clock.Stamp();
        var name = $"{about.Name()}.{store.Clock.Now.ToUnixTimeMilliseconds():x}{Interlocked.Increment(ref _count):x4}";
        store.Create(ResourceCatalog.Events, about.Namespace(), new()
        {
            ["kind"] = "Event",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["involvedObject"] = new JsonObject
            {
                ["kind"] = type.Kind,
                ["namespace"] = about.Namespace(),
                ["name"] = about.Name(),
                ["uid"] = about.Uid(),
                ["apiVersion"] = type.ApiVersion,
                ["resourceVersion"] = about.Object("metadata").Text("resourceVersion"),
            },
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = new JsonObject { ["component"] = component },
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
            ["type"] = severity,
            ["eventTime"] = null,
            ["reportingComponent"] = "",
            ["reportingInstance"] = "",
        }, new(component));
    }
}
