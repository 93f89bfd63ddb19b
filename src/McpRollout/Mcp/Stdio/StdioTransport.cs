namespace McpRollout.Mcp.Stdio;

/// <summary>MCP over the standard streams, held within bounds: a client that does not read, or sends without end, costs a few
/// megabytes.</summary>
/// <param name="input">What the client sends.</param>
/// <param name="output">Where it reads.</param>
/// <param name="unread">The answers that it has not taken yet.</param>
/// <param name="logs">Where failures are logged.</param>
internal sealed class StdioTransport(InputLines input, Stream output, UnreadAnswers unread, ILoggerFactory logs)
    : StreamServerTransport(input, output, "mcp-rollout", logs)
{
    /// <summary>Takes the process's standard streams.</summary>
    /// <param name="unread">Counts answers.</param>
    /// <param name="logs">Where failures are logged.</param>
    public static StdioTransport Open(UnreadAnswers unread, ILoggerFactory logs)
    {
        // Reading begins before there is a transport to answer with.
        var opened = new TaskCompletionSource<StdioTransport>();
        var input = new InputLines(Console.OpenStandardInput(), unread, async start =>
            await (await opened.Task).SendMessageAsync(LongLine.ErrorOf(start.Span)));
        var transport = new StdioTransport(input, StandardOutput.Open(), unread, logs);
        opened.SetResult(transport);
        return transport;
    }

    /// <summary>Sends a message whole, whatever becomes of the caller: only the waiting for it can be cancelled. Half a line would spoil
    /// the next.</summary>
    public override Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return SendWholeAsync(message).WaitAsync(cancellationToken);
    }

    private async Task SendWholeAsync(JsonRpcMessage message)
    {
        unread.Add();
        try
        {
            await base.SendMessageAsync(message, CancellationToken.None);
        }
        finally
        {
            unread.Remove();
        }
    }
}
