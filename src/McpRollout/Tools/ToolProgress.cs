using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRollout.Tools;

/// <summary>Tells a waiting client what is being waited for, if it asked to be told.</summary>
internal sealed class ToolProgress(McpServer server, ProgressToken? token)
{
    private int _told;
    private string? _last;

    /// <summary>Sends the message, unless it is the one that was sent last.</summary>
    public async Task TellAsync(string message, CancellationToken cancellationToken)
    {
        if (token is not { } asked || message == _last)
            return;
        _last = message;
        await server.NotifyProgressAsync(
            asked,
            new ProgressNotificationValue { Progress = ++_told, Message = message },
            cancellationToken: cancellationToken).ConfigureAwait(false);
    }
}
