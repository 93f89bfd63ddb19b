using McpRollout.Approvals;
using McpRollout.Approvals.Audit.Sinks;
using McpRollout.Forwarding;
using McpRollout.Hosted;
using McpRollout.Mcp;
using McpRollout.Telemetry;
using McpRollout.Web;
using Microsoft.Extensions.Configuration;

namespace McpRollout.Hosting;

/// <summary>
/// The server, in one process or in two. In one: agent over stdio, approval page, executor. In two: the agent's side, which may only read,
/// and the approving side, which alone holds the store and may patch.
/// </summary>
internal static class Server
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);

    // What is left to the parts after that, to be disposed of.
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);

    // Clients wait for about two seconds before they kill.
    private static readonly TimeSpan AfterTheAgent = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// Serves an agent until it goes or the process is told to stop, or serves none over stdio; and hosts approvals, unless the settings
    /// say that others do. Exit code 2 if the settings are wrong, 1 if a part of the server failed, which stops the rest.
    /// </summary>
    /// <param name="commandLine">Settings.</param>
    /// <param name="servesAgent">Whether an agent is served over stdio.</param>
    /// <param name="mustServeHttp">Whether the settings are wrong if they let nobody call over HTTP.</param>
    public static async Task<int> RunAsync(string[] commandLine, bool servesAgent, bool mustServeHttp = false)
    {
        var settings = Settings.Read(commandLine);
        var hostsApprovals = Composition.HostsApprovals(settings);
        using var host = Build(settings, servesAgent, hostsApprovals);
        List<string> errors = [.. Composition.Errors(settings, host.Services)];
        if (!servesAgent && !hostsApprovals)
            errors.Add("Approvals:Host is false, which makes an agent's side alone: leave it out to host approvals.");
        else if (mustServeHttp && errors.Count == 0 && !host.Services.GetRequiredService<McpRoute>().IsServed)
            errors.Add("Nobody could call at /mcp: name an issuer of tokens in Mcp:Issuers, or an agent in Approvals:Agents with "
                + "OverHttp=true.");
        if (errors.Count > 0)
            return ExitCodes.WrongUsage(errors);
        var kept = hostsApprovals ? Kept(host.Services) : [];
        if (KeptFiles.Errors(kept).ToList() is { Count: > 0 } unkept)
            return ExitCodes.WrongUsage(unkept);
        foreach (var warning in KeptFiles.Warnings(kept))
            await Console.Error.WriteLineAsync(VisibleText.Lines($"warning: {warning}"));
        List<BackgroundService> parts;
        try
        {
            parts = [.. host.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        }
#pragma warning disable CA1031 // Whatever keeps a part from being made, the server cannot go on without it.
        catch (Exception failure)
        {
            return ExitCodes.Fail(SecretText.Mask(failure.GetBaseException().Message));
        }
#pragma warning restore CA1031

        EndsInAnyCase(host.Services);
        if (parts.OfType<AgentSession>().SingleOrDefault() is { } session)
            _ = EndAfterAsync(session, host.Services.GetRequiredService<TimeProvider>());
        await host.RunAsync();

        // The host logs how, unless it stops already.
        string[] failures = [.. parts.Select(FailureOf).OfType<string>()];
        foreach (var failure in failures)
            await Console.Error.WriteLineAsync(failure);
        return failures.Length == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>Why a part ended before it was told to, as a terminal may show it; null if it did not.</summary>
    public static string? FailureOf(BackgroundService part) => part.ExecuteTask?.Exception?.GetBaseException().Message is { } message
        ? VisibleText.Lines(SecretText.Mask(message))
        : null;

    // An earlier start made them for their owner alone; somebody may have loosened or replaced them since.
    private static string[] Kept(IServiceProvider services)
    {
        var storage = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        var audit = services.GetRequiredService<IOptions<AuditOptions>>().Value;
        var paths = AuditFile.PathsOf(audit, storage);
        string[] store = storage.Postgres is null ? [storage.FullPath, $"{storage.FullPath}-wal", $"{storage.FullPath}-shm"] : [];
        string[] anchor = audit is { Anchor: { } file and not AuditOptions.Otlp, AnchorUrl: null } ? [Path.GetFullPath(file)] : [];
        return audit.Sinks.File == SinkLevel.Off
            ? store
            : [.. store, .. paths.Parts(), paths.File, paths.Checkpoints, paths.Key, .. anchor];
    }

    // Whatever hangs then: a write to a pipe that nobody reads heeds no token, and must not keep the process.
    private static void EndsInAnyCase(IServiceProvider services)
    {
        var (process, time) = (services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<TimeProvider>());
        process.ApplicationStopping.Register(() => _ = EndAsync());

        async Task EndAsync()
        {
            await Task.Delay(ShutdownTimeout + LastWord, time);
            Environment.Exit(ExitCodes.Failed);
        }
    }

    // Whatever hangs then: nobody is owed an answer any more, and what is in the store goes on where that is served next, as after a crash.
    private static async Task EndAfterAsync(AgentSession session, TimeProvider time)
    {
        await session.Left.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(AfterTheAgent, time);
        Environment.Exit(session.Left.IsFaulted ? ExitCodes.Failed : ExitCodes.Done);
    }

    private static IHost Build(IConfigurationRoot settings, bool servesAgent, bool hostsApprovals)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services
            .AddSingleton(Options.Create(new HostOptions { ShutdownTimeout = ShutdownTimeout }))
            .AddSingleton(Options.Create(new ConsoleLifetimeOptions()))
            .AddProduct(settings)
            .AddTelemetry()
            .AddMetricsListener(settings["Metrics:Listen"] is { Length: > 0 })
            .AddTools();
        if (hostsApprovals)
            builder.Services.AddAuditDispatcher().AddNotificationDispatcher().AddSingleton(TheLog);
        if (servesAgent)
            builder.Services.AddAgent();
        if (hostsApprovals)
            builder.Services.AddApprovalPage().AddAgentRoute().AddMcpRoute().AddProviderSignIn().AddExecutor();
        builder.Services.AddHostedService<StartReport>();
        return builder.Build();
    }

    private static SinkSource TheLog => new("log", _ => SinkLevel.BestEffort, services => new RecordLog(
        services.GetRequiredService<AuditLog>(),
        services.GetRequiredService<ILoggerFactory>(),
        services.GetRequiredService<TimeProvider>()));
}
