using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace McpRollout.Rollouts.Changes;

/// <summary>A pod template as people know it, masked.</summary>
internal static class TemplateYaml
{
    private static readonly EmitterSettings Plain =
        new(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024);

    /// <summary>Its lines, members in a fixed order: a ControllerRevision has them in another than the workload.</summary>
    public static IReadOnlyList<string> Lines(JsonElement template, HiddenMarks marks)
    {
        template = PodTemplate.Normalised(template);
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, Plain);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, TemplateMask.Mask(template), JsonNode.Parse(template.GetRawText()), marks);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString().TrimEnd().TrimEnd('.').TrimEnd().Split('\n');
    }

    // Masking leaves the shape as it is, but for what it replaces as a whole.
    private static void Emit(Emitter emitter, JsonNode? shown, JsonNode? original, HiddenMarks marks)
    {
        switch (shown)
        {
            case JsonObject members:
                emitter.Emit(new MappingStart());
                foreach (var (name, value) in members.OrderBy(member => member.Key != "name")
                    .ThenBy(member => member.Key, StringComparer.Ordinal))
                {
                    emitter.Emit(Text(name));
                    Emit(emitter, value, (original as JsonObject)?[name], marks);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray items:
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, SequenceStyle.Block));
                for (var at = 0; at < items.Count; at++)
                    Emit(emitter, items[at], original is JsonArray originals && at < originals.Count ? originals[at] : null, marks);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                emitter.Emit(Text(JsonNode.DeepEquals(shown, original) ? text : marks.Mark(text, original?.ToJsonString() ?? "")));
                break;
            default:
                emitter.Emit(new Scalar(shown?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static Scalar Text(string text)
    {
        var style = text.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal
            : LooksLikeAnother(text) ? ScalarStyle.DoubleQuoted
            : ScalarStyle.Any;
        return new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true);
    }

    // What a reader of YAML would not take for text: https://yaml.org/spec/1.2.2/#103-core-schema.
    private static bool LooksLikeAnother(string text) =>
        text is "" or "~" or "null" or "true" or "false" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
