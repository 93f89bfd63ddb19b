using System.Text.Json.Serialization;
using McpRollout.Broker;

namespace McpRollout.Tools;

/// <summary>How tools write their facts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HistoryView))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(RequestView))]
internal sealed partial class ToolJson : JsonSerializerContext;
