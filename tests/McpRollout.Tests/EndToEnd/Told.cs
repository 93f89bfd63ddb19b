using System.Text.Json;

namespace McpRollout.Tests.EndToEnd;

/// <summary>What an agent was told, and what is on record of it.</summary>
internal static class Told
{
    /// <summary>The finding of this code in a tool's answer.</summary>
    public static string Found(JsonElement answer, string code) => answer.GetProperty("findings").EnumerateArray()
        .Single(finding => finding.Text("code") == code).Text("message")!;

    /// <summary>The events in the audit file, in their order.</summary>
    public static IEnumerable<string> Recorded(StateFolder folder) =>
        File.ReadLines(folder.AuditFile).Select(line => JsonDocument.Parse(line).RootElement.Text("event")!);
}
