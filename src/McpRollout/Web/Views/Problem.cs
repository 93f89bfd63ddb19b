using System.Text.Json.Serialization;

namespace McpRollout.Web.Views;

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
