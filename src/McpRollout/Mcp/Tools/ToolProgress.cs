namespace McpRollout.Mcp.Tools;

/// <summary>Tells whoever waits for an answer what is being waited for.</summary>
internal abstract class ToolProgress
{
    private string? _last;

    /// <summary>Sends the message, unless it is the one that was sent last.</summary>
    public Task ReportAsync(string message, CancellationToken cancellationToken)
    {
        message = VisibleText.Of(message);
        if (message == _last)
            return Task.CompletedTask;
        _last = message;
        return SendAsync(message, cancellationToken);
    }

    protected abstract Task SendAsync(string message, CancellationToken cancellationToken);
}

/// <summary>Tells an MCP client, if it asked to be told.</summary>
internal sealed class ClientProgress(McpServer server, ProgressToken? token) : ToolProgress
{
    private int _told;

    protected override Task SendAsync(string message, CancellationToken cancellationToken) => token is { } asked
        ? server.NotifyProgressAsync(asked, new ProgressNotificationValue { Progress = ++_told, Message = message },
            cancellationToken: cancellationToken)
        : Task.CompletedTask;
}
