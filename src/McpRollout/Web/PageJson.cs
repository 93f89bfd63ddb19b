using System.Text.Json.Serialization;
using McpRollout.Mcp.Answers;
using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>What <c>/healthz</c> says.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
/// <param name="Store">The identity of the state store.</param>
internal sealed record HealthDocument(string Status, string Store);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RequestView))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(HealthDocument))]
internal sealed partial class PageJson : JsonSerializerContext;
