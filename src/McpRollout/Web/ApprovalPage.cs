using System.Net.Sockets;

namespace McpRollout.Web;

/// <summary>
/// Keeps the approval page served, beside everything else. Of several instances that share a store the first to bind the address serves it
/// for all; the others try again every second, so that one of them takes over when it goes.
/// </summary>
internal sealed partial class ApprovalPage(
    PageServer server,
    PageStatus status,
    RequestStore store,
    IOptions<ApprovalOptions> options,
    TimeProvider time,
    ILogger<ApprovalPage> logger) : BackgroundService
{
    private const int TriesBetweenQuestions = 10;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!PageAddress.TryRead(options.Value, out var address, out var errors))
        {
            Tell(PageState.PortTaken, string.Join(" ", errors));
            return;
        }

        try
        {
            for (var tries = 0; ; tries++)
            {
                if (await TryServeAsync(address, tries, stoppingToken))
                    return;
                await Task.Delay(Retry, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    // True when it served until the host stopped.
    private async Task<bool> TryServeAsync(PageAddress address, int tries, CancellationToken stoppingToken)
    {
        try
        {
            if (PageAddressHolder.Obstacle(address) is { } obstacle)
            {
                if (status.State != PageState.ServedByPeer || tries % TriesBetweenQuestions == 0)
                    await TellOfObstacleAsync(address, obstacle, stoppingToken);
                return false;
            }

            await server.ServeAsync(address, () => Tell(PageState.Serving, null), stoppingToken);
            return true;
        }
        catch (IOException)
        {
            // Somebody bound it between the look and the bind.
            return false;
        }
#pragma warning disable CA1031 // Whatever keeps the page from being served must not end the process that agents talk to.
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Tell(PageState.PortTaken, $"The approval page cannot be served at {address.Home}: {failure.Message}");
            return false;
        }
#pragma warning restore CA1031
    }

    private async Task TellOfObstacleAsync(PageAddress address, SocketError obstacle, CancellationToken cancellationToken)
    {
        if (obstacle != SocketError.AddressAlreadyInUse)
        {
            Tell(PageState.PortTaken, $"The approval page cannot listen at {address.Listen.Authority} ({obstacle}). Set Approvals:Listen "
                + $"to an address of this machine that may be bound.");
            return;
        }

        var identity = await store.IdentifyAsync(cancellationToken);
        var problem = await PageAddressHolder.IdentifyAsync(address, identity, cancellationToken) switch
        {
            AddressHolder.Peer => null,
            AddressHolder.OtherStore => $"Another mcp-rollout with another store serves {address.Home}. Give both the same Storage:Path, "
                + "or this one another Approvals:Listen.",
            _ => $"Another program listens at {address.Listen.Authority}, so the approval page cannot be served: type no passphrase there. "
                + "Stop it, or set Approvals:Listen to a free port.",
        };
        Tell(problem is null ? PageState.ServedByPeer : PageState.PortTaken, problem);
    }

    private void Tell(PageState state, string? problem)
    {
        if (!status.Set(state, problem))
            return;
        if (problem is not null)
            LogProblem(logger, problem);
        else if (state == PageState.Serving)
            LogServing(logger, options.Value.BaseUrl);
        else
            LogPeer(logger, options.Value.BaseUrl);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The approval page is at {Url}.")]
    private static partial void LogServing(ILogger logger, string url);

    [LoggerMessage(Level = LogLevel.Information, Message = "Another instance with the same store serves the approval page at {Url}; this "
        + "one takes over when it goes.")]
    private static partial void LogPeer(ILogger logger, string url);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem} It is tried again every second.")]
    private static partial void LogProblem(ILogger logger, string problem);
}
