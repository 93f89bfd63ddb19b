using McpRollout.Mcp.Stdio;

namespace McpRollout.Mcp;

/// <summary>Registers the agent's side: the MCP server on stdio and its tools.</summary>
internal static partial class AgentServices
{
    /// <summary>Adds the server. A transport that is registered before takes the place of stdio.</summary>
    public static IServiceCollection AddAgent(this IServiceCollection services)
    {
        services.TryAddSingleton<ITransport>(provider =>
        {
            var (logs, time) = (provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>());
            var process = provider.GetRequiredService<IHostApplicationLifetime>();
            return new StdioTransport(new OwedAnswers(AgentSession.Patience, GiveUp, time), logs);

            void GiveUp()
            {
                LogGivenUp(logs.CreateLogger<AgentSession>(), AgentSession.Patience.TotalSeconds);
                process.StopApplication();
            }
        });
        services.TryAddSingleton<AgentServer>();
        return services.AddHostedService<AgentSession>().AddTools();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The client has taken no answer for {Seconds} s and many wait: the server ends.")]
    private static partial void LogGivenUp(ILogger logger, double seconds);
}
