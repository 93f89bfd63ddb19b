namespace McpRollout.PracticeCluster.Errors;

/// <summary>A request that ends in a failure <c>Status</c>.</summary>
internal sealed class ApiException(int code, string reason, string message, JsonObject? details) : Exception(message)
{
    public int Code => code;

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (reason.Length > 0) status["reason"] = reason;
        if (details is not null) status["details"] = details.DeepClone();
        status["code"] = code;
        return status;
    }
}
