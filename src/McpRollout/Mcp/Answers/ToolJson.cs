using System.Text.Json.Serialization;

namespace McpRollout.Mcp.Answers;

/// <summary>How tools write their facts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HistoryView))]
[JsonSerializable(typeof(ReleaseHistoryView))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(RequestView))]
internal sealed partial class ToolJson : JsonSerializerContext;
