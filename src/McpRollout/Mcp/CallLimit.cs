using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp;

/// <summary>How many calls of one agent are at work at once. Each may hold objects of a cluster, and wait for minutes.</summary>
internal sealed class CallLimit
{
    private const int Most = 32;

    private static readonly string Busy = $"The server is busy: {Most} calls are under way. Call again when one of them was answered.";

    private int _atWork;

    /// <summary>Turns the rest away, in words.</summary>
    public McpRequestHandler<CallToolRequestParams, CallToolResult> Limit(McpRequestHandler<CallToolRequestParams, CallToolResult> next) =>
        async (call, cancellationToken) =>
        {
            try
            {
                return Interlocked.Increment(ref _atWork) > Most
                    ? ToolAnswer.Refused(Busy).ToResult()
                    : await next(call, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _atWork);
            }
        };
}
