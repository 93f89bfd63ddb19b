using System.Text.Json.Serialization;

namespace McpRollout.Rollouts.Changes;

/// <summary>What an undo does to a line of the pod template.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DiffKind>))]
internal enum DiffKind
{
    [JsonStringEnumMemberName("same")] Same,

    [JsonStringEnumMemberName("removed")] Removed,

    [JsonStringEnumMemberName("added")] Added,

    /// <summary>Stands for lines that stay and are not shown; the text counts them.</summary>
    [JsonStringEnumMemberName("gap")] Gap,
}

/// <summary>One line of a <see cref="TemplateDiff"/>, masked.</summary>
internal sealed record DiffLine(DiffKind Kind, string Text);
