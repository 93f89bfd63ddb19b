using McpRollout.Agent;
using McpRollout.Audit;
using McpRollout.Executor;
using McpRollout.Person.Page;
using McpRollout.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRollout.Hosting;

/// <summary>The server: agent over stdio, approval page, executor, in one process.</summary>
internal static class Server
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Runs until the client goes or the process is told to stop. Exit code 2 if the settings are wrong.</summary>
    public static async Task<int> RunAsync(string[] commandLine)
    {
        var settings = Settings.Read(commandLine);
        using var host = Build(settings);
        if (Composition.Errors(settings, host.Services) is { Count: > 0 } errors)
            return ExitCodes.WrongUsage(errors);
        await host.RunAsync().ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static IHost Build(IConfigurationRoot settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services
            .Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout)
            .AddProduct(settings)
            .AddTelemetry()
            .AddAuditPump()
            .AddAgent()
            .AddApprovalPage()
            .AddExecutor();
        return builder.Build();
    }
}
