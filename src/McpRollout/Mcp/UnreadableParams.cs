namespace McpRollout.Mcp;

/// <summary>Says of a request that the SDK cannot read what is wrong with it; by itself the SDK answers "An error occurred."</summary>
internal static class UnreadableParams
{
    public static McpMessageHandler Tell(McpMessageHandler next) => async (context, cancellationToken) =>
    {
        try
        {
            await next(context, cancellationToken);
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException && context.JsonRpcMessage is JsonRpcRequest)
        {
            // InvalidOperationException: half a surrogate pair. What tools themselves throw does not come this far.
            var request = (JsonRpcRequest)context.JsonRpcMessage;
            throw new McpProtocolException(Words(request.Method), McpErrorCode.InvalidParams);
        }
    };

    private static string Words(string method) => method == RequestMethods.ToolsCall
        ? "The params of tools/call cannot be read: name must be a text, and arguments an object of named values, all of them Unicode. "
            + "Call it again with arguments like {\"namespace\": \"shop\"}."
        : "The params cannot be read: a member is not of the type that MCP gives it.";
}
