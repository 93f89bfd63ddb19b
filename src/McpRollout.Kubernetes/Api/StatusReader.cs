namespace McpRollout.Kubernetes.Api;

/// <summary>
/// Makes a failure of a Status object, by its <c>reason</c> and code; the text is only passed on, masked and made visible.
/// See https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/.
/// </summary>
internal static class StatusReader
{
    private const int LongestMessage = 1000;
    private const int LongestReason = 60;

    /// <summary>Reads an unsuccessful answer, with its body if that was JSON.</summary>
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
        var hasDetails = Text(status, "details", "name") is not null || status.ItemsAt("details", "causes").Any();
        var wait = status.NumberAt("details", "retryAfterSeconds") is > 0 and <= int.MaxValue and var seconds
            ? TimeSpan.FromSeconds(seconds) : default(TimeSpan?);
        return new ClusterFailure(KindOf(reason, statusCode), message, reason, statusCode, hasDetails) { RetryAfter = wait };
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

    private static string? Text(JsonElement element, params ReadOnlySpan<string> path) =>
        element.TextAt(path) is { Length: > 0 } text ? text : null;
}
