using System.Text.Json.Serialization;
using McpRollout.Mcp.Answers;
using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>What <c>/healthz</c> says.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
/// <param name="Store">The identity of the state store.</param>
internal sealed record HealthDocument(string Status, string Store);

/// <summary>The inbox.</summary>
/// <param name="Open">What waits or is under way, the soonest to expire first.</param>
/// <param name="Recent">What is over, the latest first.</param>
internal sealed record InboxDocument(IReadOnlyList<RequestView> Open, IReadOnlyList<RequestView> Recent);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RequestView))]
[JsonSerializable(typeof(InboxDocument))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(HealthDocument))]
internal sealed partial class PageJson : JsonSerializerContext;
