using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpRollout.Rollouts;

/// <summary>Pod templates as they are kept in revisions, and as they are compared.</summary>
internal static class PodTemplate
{
    /// <summary>The label by which a Deployment tells its ReplicaSets apart; never part of what was asked for.</summary>
    public const string HashLabel = "pod-template-hash";

    /// <summary>The fields that hold containers, in the order in which people think of them.</summary>
    public static readonly string[] ContainerFields = ["containers", "initContainers", "ephemeralContainers"];

    /// <summary>
    /// The template that an undo brings back: a ReplicaSet's without <see cref="HashLabel"/>, as <c>kubectl rollout undo</c> does
    /// (<c>polymorphichelpers/rollback.go</c>), a ControllerRevision's without the directive <c>$patch: replace</c>. All else stays as it was sent.
    /// </summary>
    public static JsonElement Restored(JsonElement template) => Without(template, dropNulls: false);

    /// <summary>
    /// The template as it is compared: restored, and without null members, which older API servers write for <c>creationTimestamp</c>
    /// and newer ones leave out.
    /// </summary>
    public static JsonElement Normalised(JsonElement template) => Without(template, dropNulls: true);

    /// <summary>Container names to images, in the template's order; init containers after the others.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Images(JsonElement template)
    {
        var images = new List<KeyValuePair<string, string>>();
        foreach (var field in ContainerFields)
        {
            foreach (var container in template.ItemsAt("spec", field))
                images.Add(new(container.TextAt("name") ?? "", container.TextAt("image") ?? ""));
        }

        return images;
    }

    private static JsonElement Without(JsonElement template, bool dropNulls)
    {
        var node = JsonObject.Create(template)!;
        node.Remove("$patch");
        if (node["metadata"] is JsonObject metadata && metadata["labels"] is JsonObject labels)
            labels.Remove(HashLabel);
        if (dropNulls)
            DropNulls(node);

        return JsonElement.Parse(node.ToJsonString());
    }

    private static void DropNulls(JsonNode node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                if (item is not null)
                    DropNulls(item);
            }
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (value is null)
                    members.Remove(name);
                else
                    DropNulls(value);
            }
        }
    }
}
