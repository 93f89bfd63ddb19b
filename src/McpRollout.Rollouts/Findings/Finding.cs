using System.Text.Json.Serialization;

namespace McpRollout.Rollouts.Findings;

/// <summary>What a finding means for an undo.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingSeverity>))]
internal enum FindingSeverity
{
    /// <summary>No undo can be asked for.</summary>
    [JsonStringEnumMemberName("blocks")] Blocks,

    /// <summary>A person should weigh it.</summary>
    [JsonStringEnumMemberName("warns")] Warns,

    /// <summary>Good to know.</summary>
    [JsonStringEnumMemberName("informs")] Informs,
}

/// <summary>How severities are spelled.</summary>
internal static class FindingSeverities
{
    /// <summary>The name in answers and in the audit.</summary>
    public static string ToName(this FindingSeverity severity) => severity.ToString().ToLowerInvariant();
}

/// <summary>One thing that is worth knowing before a person decides.</summary>
/// <param name="Severity">What it means for the undo.</param>
/// <param name="Code">Its stable name in kebab case.</param>
/// <param name="Message">One sentence, and what to do.</param>
internal sealed record Finding(FindingSeverity Severity, string Code, string Message)
{
    /// <summary>What it is about, where the same about something else would be another finding; kept, and part of no answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Subjects { get; init; }
}
