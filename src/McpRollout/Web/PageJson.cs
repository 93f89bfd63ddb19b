using System.Buffers.Text;
using System.Text.Json.Serialization;
using McpRollout.Mcp.Answers;
using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>What <c>/healthz</c> says.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
/// <param name="Store">The identity of the state store.</param>
internal sealed record HealthDocument(string Status, string Store);

/// <summary>What a passkey has to sign.</summary>
/// <param name="Challenge">The SHA-256 of the statement, in base64url.</param>
/// <param name="Nonce">What the answer brings back.</param>
/// <param name="Site">The relying party's id.</param>
internal sealed record ChallengeDocument(string Challenge, string Nonce, string Site)
{
    /// <summary>The question that has this statement signed.</summary>
    public static ChallengeDocument Of(string statement, string nonce, PasskeySite site) =>
        new(Base64Url.EncodeToString(PasskeyCheck.ChallengeOf(statement)), nonce, site.Id);
}

/// <summary>The inbox.</summary>
/// <param name="Open">What waits or is under way, the soonest to expire first.</param>
/// <param name="Recent">What is over, the latest first.</param>
/// <param name="PausedOwners">The owners that undos paused, and nobody is known to have resumed.</param>
internal sealed record InboxDocument(
    IReadOnlyList<RequestView> Open, IReadOnlyList<RequestView> Recent, IReadOnlyList<PausedOwnerView> PausedOwners);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RequestView))]
[JsonSerializable(typeof(InboxDocument))]
[JsonSerializable(typeof(IReadOnlyList<PausedOwnerView>))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(ChallengeDocument))]
internal sealed partial class PageJson : JsonSerializerContext;
