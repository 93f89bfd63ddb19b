using System.Text.Json.Serialization;

namespace McpRollout.Broker;

/// <summary>How requests are kept in the store.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(UndoRequest))]
[JsonSerializable(typeof(Dossier))]
internal sealed partial class BrokerJson : JsonSerializerContext;
