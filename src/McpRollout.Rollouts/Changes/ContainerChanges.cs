using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Changes;

/// <summary>Compares containers, matched by name.</summary>
internal static class ContainerChanges
{
    private static readonly string[] InThisOrder = ["image", "command", "args", "env", "envFrom", "resources"];

    /// <summary>One of the lists in <see cref="Objects.PodTemplate.ContainerFields"/>.</summary>
    public static void Describe(List<string> lines, string field, JsonElement? older, JsonElement? newer)
    {
        var kind = field switch
        {
            "initContainers" => "init container",
            "ephemeralContainers" => "ephemeral container",
            _ => "container",
        };
        string Label(JsonElement container) => $"{kind} {ShownValue.Name(container.TextAt("name"))}";
        ListChanges.Describe(
            lines,
            new(
                $"{kind}s",
                container => container.TextAt("name") ?? "",
                Label,
                container => $" (image {ShownValue.Text(container.TextAt("image") ?? "")})",
                (into, before, after) => Compare(into, $"{Label(after)}: ", before, after)),
            older,
            newer);
    }

    private static void Compare(List<string> lines, string container, JsonElement older, JsonElement newer)
    {
        foreach (var (name, before, after) in FieldChanges.Members(older, newer, InThisOrder))
        {
            var label = container + ShownValue.Name(name);
            switch (name)
            {
                case "image":
                    if (!FieldChanges.Same(before, after))
                        lines.Add($"{label} {Image(before?.Text() ?? "")} -> {Image(after?.Text() ?? "")}");
                    break;
                case "command":
                    ArgumentChanges.Describe(lines, label, before, after);
                    break;
                case "args":
                    ArgumentChanges.Describe(lines, label, before, after, (older.At("command"), newer.At("command")));
                    break;
                case "env":
                    EnvironmentChanges.Variables(lines, container, before, after);
                    break;
                case "envFrom":
                    EnvironmentChanges.Sources(lines, container, before, after);
                    break;
                case "ports":
                    ListChanges.Describe(lines, Keyed(container, "port", Port), before, after);
                    break;
                case "volumeMounts":
                    ListChanges.Describe(lines, Keyed(container, "mount", mount => mount.TextAt("mountPath") ?? ""), before, after);
                    break;
                case "volumeDevices":
                    ListChanges.Describe(lines, Keyed(container, "device", device => device.TextAt("devicePath") ?? ""), before, after);
                    break;
                default:
                    FieldChanges.Describe(lines, label, before, after);
                    break;
            }
        }
    }

    // The digest is what tells two images apart: it must not fall to the usual cut.
    private static string Image(string image) => image.Length == 0 ? "\"\"" : VisibleText.EndsOf(image, 200);

    private static string Port(JsonElement port) => $"{port.NumberAt("containerPort")}/{port.TextAt("protocol") ?? "TCP"}";

    private static ListChanges.Reading Keyed(string container, string kind, Func<JsonElement, string> key)
    {
        string Label(JsonElement item) => $"{container}{kind} {ShownValue.Name(key(item))}";
        return new(
            $"{container}{kind}s",
            key,
            Label,
            item => item.TextAt("name") is { } text ? $" ({(kind == "port" ? "" : "volume ")}{ShownValue.Text(text)})" : "",
            (lines, older, newer) => FieldChanges.DescribeItem(lines, Label(newer), older, newer));
    }
}
