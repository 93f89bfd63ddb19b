using System.Net;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>How one attempt to deliver a record ended.</summary>
/// <param name="Failure">Why it was not acknowledged; null if it was.</param>
/// <param name="IsPassing">Whether another attempt may well succeed.</param>
/// <param name="RetryAfter">When the receiver wants to be asked again.</param>
internal sealed record Delivery(string? Failure, bool IsPassing = false, TimeSpan? RetryAfter = null)
{
    /// <summary>Reads an answer: only 2xx acknowledges, and a redirect is not followed.</summary>
    public static Delivery Of(HttpResponseMessage answer, DateTimeOffset now) => answer.IsSuccessStatusCode
        ? new Delivery(Failure: null)
        : new Delivery(
            $"it answered {(int)answer.StatusCode}",
            answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
            RetryAfterOf(answer, now));

    private static TimeSpan? RetryAfterOf(HttpResponseMessage answer, DateTimeOffset now) =>
        (answer.Headers.RetryAfter?.Delta ?? answer.Headers.RetryAfter?.Date - now) is { } wait && wait > TimeSpan.Zero ? wait : null;
}
