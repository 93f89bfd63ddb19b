using System.Text.Json.Serialization;
using McpRollout.Rollouts;
using Microsoft.AspNetCore.WebUtilities;

namespace McpRollout.Person.Page;

/// <summary>An error as RFC 9457 writes it (<c>application/problem+json</c>).</summary>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Code">The stable name of what went wrong.</param>
/// <param name="Detail">One sentence for a person, and what to do.</param>
/// <param name="Errors">Each mistake, where there can be several.</param>
internal sealed record Problem(
    string Title,
    int Status,
    string Code,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Errors = null)
{
    /// <summary>After how many seconds it may be tried again.</summary>
    [JsonIgnore]
    public int? RetryAfter { get; init; }
}

/// <summary>Makes problems.</summary>
internal static class Problems
{
    /// <summary>A problem of a name of its own.</summary>
    public static Problem Of(int status, string code, string detail, IReadOnlyList<string>? errors = null) =>
        new(ReasonPhrases.GetReasonPhrase(status), status, code, detail, errors);

    /// <summary>A problem that its status says everything of.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        400 => Of(status, "malformed", "The request cannot be read."),
        404 => Of(status, "not-found", "There is nothing at this address."),
        405 => Of(status, "method-not-allowed", "This address does not take that method."),
        413 => Of(status, "too-large", $"A decision has at most {PageServer.LargestBody / 1024} KiB."),
        415 => Of(status, "unsupported-media-type", "Send the decision as application/x-www-form-urlencoded or as application/json."),
        500 => Of(status, "internal", "The page could not answer; the server's log says why. Nothing is known to have changed: look at the request again."),
        503 => Of(status, "store-unavailable", "The store cannot be used now. Whether a decision that was just sent was taken is not known: look at the request again."),
        _ => Of(status, "refused", "The request was refused."),
    };

    /// <summary>There is no such request.</summary>
    public static Problem NoSuchRequest(string id) =>
        Of(404, "no-such-request", $"There is no request {VisibleText.Of(id, 60)}. The address may be cut off, or belong to another server.");
}
