using System.Text.Json.Serialization;

namespace McpRollout.Approvals.Requests;

/// <summary>How requests are kept in the store.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(UndoRequest))]
[JsonSerializable(typeof(RequestSnapshot))]
internal sealed partial class RequestJson : JsonSerializerContext;
