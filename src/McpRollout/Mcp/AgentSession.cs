namespace McpRollout.Mcp;

/// <summary>Serves one agent on the transport, and ends the process when it goes.</summary>
internal sealed class AgentSession(
    ITransport transport,
    AgentServer agent,
    ILoggerFactory logs,
    IServiceProvider services,
    IHostApplicationLifetime process)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var options = new McpServerOptions();
            agent.Configure(options);
            await using var server = McpServer.Create(transport, options, logs, services);
            await server.RunAsync(stoppingToken);
        }
        finally
        {
            process.StopApplication();
        }
    }
}
