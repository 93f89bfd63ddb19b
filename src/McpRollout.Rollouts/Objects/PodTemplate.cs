using System.Buffers;
using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Objects;

/// <summary>Pod templates as they are kept in revisions, and as they are compared.</summary>
internal static class PodTemplate
{
    /// <summary>The fields that hold containers, in the order in which people think of them.</summary>
    public static readonly string[] ContainerFields = ["containers", "initContainers", "ephemeralContainers"];

    /// <summary>
    /// The template that an undo brings back: a ReplicaSet's without the label of its hash, as <c>kubectl rollout undo</c> does
    /// (<c>polymorphichelpers/rollback.go</c>) and <c>kubectl argo rollouts undo</c> (<c>cmd/undo/undo.go</c>), a
    /// ControllerRevision's without the directive <c>$patch: replace</c>. All else stays as it
    /// was sent.
    /// </summary>
    public static JsonElement Restored(JsonElement template) => Without(template, dropNulls: false);

    /// <summary>
    /// The template as it is compared: restored, and without null members, which older API servers write for <c>creationTimestamp</c>
    /// and newer ones leave out.
    /// </summary>
    public static JsonElement Normalised(JsonElement template) => Without(template, dropNulls: true);

    /// <summary>Container names to images, in the template's order; init containers after the others.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Images(JsonElement template) =>
        [.. Containers(template).Select(each => each.Container)
            .Select(container => KeyValuePair.Create(container.TextAt("name") ?? "", container.TextAt("image") ?? ""))];

    /// <summary>All containers, each with the one of <see cref="ContainerFields"/> that holds it, in the order of those.</summary>
    public static IEnumerable<(string Field, JsonElement Container)> Containers(JsonElement template) =>
        ContainerFields.SelectMany(field => template.ItemsAt("spec", field).Select(container => (field, container)));

    /// <summary>The template with other images for some of its containers.</summary>
    public static JsonElement WithImages(JsonElement template, IReadOnlyList<ImagePin> pins)
    {
        var copy = JsonNode.Parse(template.GetRawText())!;
        foreach (var field in ContainerFields)
        {
            foreach (var container in (copy["spec"]?[field] as JsonArray ?? []).OfType<JsonObject>())
            {
                if (pins.FirstOrDefault(pin => pin.Container == container["name"]?.GetValue<string>()) is { } pin)
                    container["image"] = pin.Image;
            }
        }

        return JsonElement.Parse(copy.ToJsonString());
    }

    private static JsonElement Without(JsonElement template, bool dropNulls)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
            Write(writer, template, Place.Template, dropNulls);
        return JsonElement.Parse(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, Place place, bool dropNulls)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var member in value.EnumerateObject())
            {
                if ((dropNulls && member.Value.ValueKind == JsonValueKind.Null)
                    || (place, member.Name) is (Place.Template, "$patch")
                    || (place == Place.Labels && ReplicaSetMarks.IsHash(member.Name)))
                    continue;
                writer.WritePropertyName(member.Name);
                Write(writer, member.Value, Below(place, member.Name), dropNulls);
            }

            writer.WriteEndObject();
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in value.EnumerateArray())
                Write(writer, item, Place.Elsewhere, dropNulls);
            writer.WriteEndArray();
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    private static Place Below(Place place, string name) => (place, name) switch
    {
        (Place.Template, "metadata") => Place.Metadata,
        (Place.Metadata, "labels") => Place.Labels,
        _ => Place.Elsewhere,
    };

    private enum Place
    {
        Template,
        Metadata,
        Labels,
        Elsewhere,
    }
}
