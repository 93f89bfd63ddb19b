namespace McpRollout.Mcp;

/// <summary>Serves one agent on the transport, and ends the process when it goes.</summary>
internal sealed class AgentSession(
    ITransport transport,
    AgentServer agent,
    ILoggerFactory logs,
    IServiceProvider services,
    IHostApplicationLifetime process,
    TimeProvider time)
    : BackgroundService
{
    /// <summary>How long the server stays while the client takes no answers.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long calls may go on once the client has closed its side: what was piped in is answered, and who waits for a person is
    /// cut short.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    /// <summary>Ends when the client has closed its side, or it cannot be read any more.</summary>
    public Task Left => transport.MessageReader.Completion;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var options = new McpServerOptions();
            agent.ConfigureSession(options);
            await using var server = McpServer.Create(transport, options, logs, services);
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var serving = server.RunAsync(gone.Token);
            await Task.WhenAny(serving, Left);
            if (await Task.WhenAny(serving, Task.Delay(LastWords, time, stoppingToken)) != serving)
            {
                // Before the process stops, which answers who waits as things stand: nobody is there to be answered.
                await gone.CancelAsync();
                process.StopApplication();
            }

            await serving;
        }
        catch (OperationCanceledException) when (Left.IsCompleted)
        {
        }
        finally
        {
            process.StopApplication();
        }
    }
}
