namespace McpRollout.Kubernetes.Api;

/// <summary>
/// Makes a failure of a Status object, by its <c>reason</c> and code; the text is only passed on, masked and made visible.
/// See https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/.
/// </summary>
internal static class StatusReader
{
    private const int LongestMessage = 1000;
    private const int LongestReason = 60;

    /// <summary>Reads an unsuccessful answer.</summary>
    /// <param name="statusCode">The HTTP status code.</param>
    /// <param name="body">The body, if it was JSON.</param>
    /// <param name="server">The API server's address.</param>
    public static ClusterFailure Read(int statusCode, JsonElement? body, string server)
    {
        try
        {
            return ReadStatus(statusCode, body, server);
        }
        catch (InvalidOperationException)
        {
            // A member's name holds half a surrogate pair, which Kubernetes never writes.
            return Foreign(statusCode, server);
        }
    }

    private static ClusterFailure ReadStatus(int statusCode, JsonElement? body, string server)
    {
        if (body is not { ValueKind: JsonValueKind.Object } status || Text(status, "kind") != "Status")
            return Foreign(statusCode, server);

        var reason = Text(status, "reason");
        var message = Text(status, "message") is { } said
            ? VisibleText.Of(SecretText.Mask(said), LongestMessage)
            : $"The cluster at {server} answered {statusCode} {VisibleText.Of(reason ?? "", LongestReason)}".TrimEnd() + ".";
        var details = status.TryGetProperty("details", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        return new ClusterFailure(KindOf(reason, statusCode), message, reason, statusCode,
            HasDetails(details))
        { RetryAfter = RetryAfter(details) };
    }

    private static ClusterFailureKind KindOf(string? reason, int statusCode) => reason switch
    {
        "Unauthorized" => ClusterFailureKind.Unauthorized,
        "Forbidden" => ClusterFailureKind.Forbidden,
        "NotFound" => ClusterFailureKind.NotFound,
        "AlreadyExists" or "Conflict" => ClusterFailureKind.Conflict,
        "Invalid" or "BadRequest" => ClusterFailureKind.Invalid,
        "Expired" or "Gone" => ClusterFailureKind.Gone,
        "TooManyRequests" => ClusterFailureKind.TooManyRequests,
        "InternalError" or "ServerTimeout" or "Timeout" or "ServiceUnavailable" => ClusterFailureKind.ServerError,
        _ => KindOf(statusCode),
    };

    private static ClusterFailureKind KindOf(int statusCode) => statusCode switch
    {
        401 => ClusterFailureKind.Unauthorized,
        403 => ClusterFailureKind.Forbidden,
        404 => ClusterFailureKind.NotFound,
        409 => ClusterFailureKind.Conflict,
        410 => ClusterFailureKind.Gone,
        429 => ClusterFailureKind.TooManyRequests,
        // An admission webhook may choose any code of this class to refuse with.
        >= 400 and < 500 => ClusterFailureKind.Invalid,
        >= 500 and < 600 => ClusterFailureKind.ServerError,
        _ => ClusterFailureKind.Unexpected,
    };

    /// <summary>
    /// Something in between answered: its 404 does not say that a workload is missing, while its 401, 429 and 5xx mean what they say.
    /// </summary>
    private static ClusterFailure Foreign(int statusCode, string server) => new(
        statusCode is 401 or 403 or 429 or >= 500 and < 600 ? KindOf(statusCode) : ClusterFailureKind.Unexpected,
        $"The cluster at {server} answered {statusCode}, and not as Kubernetes does. Check that the address is an API server's and which "
            + "proxy is in between.",
        StatusCode: statusCode);

    private static bool HasDetails(JsonElement details) => details.ValueKind == JsonValueKind.Object
        && (Text(details, "name") is not null
            || (details.TryGetProperty("causes", out var causes)
                && causes.ValueKind == JsonValueKind.Array && causes.GetArrayLength() > 0));

    private static TimeSpan? RetryAfter(JsonElement details) => details.ValueKind == JsonValueKind.Object
        && details.TryGetProperty("retryAfterSeconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number
        && seconds.TryGetInt32(out var count) && count > 0 ? TimeSpan.FromSeconds(count) : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.Text() is { Length: > 0 } text ? text : null;
}
