using McpRollout.Web.Views;
using Microsoft.AspNetCore.WebUtilities;

namespace McpRollout.Web;

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
        413 => Of(status, "too-large", $"What is sent here has at most {DecisionBody.Largest / 1024} KiB."),
        415 => Of(status, "unsupported-media-type", "Send the decision as application/x-www-form-urlencoded or as application/json."),
        500 => Of(status, "internal",
            "The page could not answer; the server's log says why. Nothing is known to have changed: look at the request again."),
        503 => Of(status, "store-unavailable",
            "The store cannot be used now. Whether a decision that was just sent was taken is not known: look at the request again."),
        _ => Of(status, "refused", "The request was refused."),
    };

    public static Problem TooManyAttempts(string detail, TimeSpan wait) =>
        Of(429, "too-many-attempts", detail) with { RetryAfter = (int)Math.Ceiling(wait.TotalSeconds) };

    public static Problem Busy(string detail) =>
        OfStatus(StatusCodes.Status503ServiceUnavailable) with { Code = "busy", Detail = detail, RetryAfter = 1 };

    public static Problem SignInRequired(string detail) => Of(401, DecisionOutcome.SignInRequired.ToName(), detail);

    public static Problem SignInEnded =>
        SignInRequired("Not decided: you are not signed in, or not any more. Sign in, and decide again.");

    public static Problem NoPasskeys => Of(409, "no-passkeys", PasskeyFault.NoSite.Sentence());

    public static Problem NoSuchRequest(string id) => Of(404, "no-such-request",
        $"There is no request {VisibleText.Of(id, 60)}. The address may be cut off, or belong to another server.");
}
