using System.Diagnostics.CodeAnalysis;
using McpRollout.Approvals;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;
using McpRollout.Forwarding;
using McpRollout.Kubernetes;
using McpRollout.Kubernetes.Connections;
using McpRollout.Rollouts.Reading;
using McpRollout.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRollout.Hosting;

/// <summary>What the server and the terminal commands share: options, broker, approvers, audit, cluster.</summary>
internal static class Composition
{
    /// <summary>Adds it, and reports to standard error only: standard output is MCP's.</summary>
    public static IServiceCollection AddProduct(this IServiceCollection services, IConfigurationRoot settings)
    {
        services.AddSingleton<IConfiguration>(settings);
        services.AddOptions<ApprovalOptions>().Bind(settings.GetSection("Approvals"));
        services.AddSingleton<IValidateOptions<ApprovalOptions>, ApprovalOptionsValidation>();
        services.AddOptions<PolicyOptions>().Bind(settings.GetSection("Policies"));
        services.AddSingleton<IValidateOptions<PolicyOptions>, PolicyOptionsValidation>();
        services.AddOptions<LimitOptions>().Bind(settings.GetSection("Limits"));
        services.AddSingleton<IValidateOptions<LimitOptions>, LimitOptionsValidation>();
        services.AddOptions<StorageOptions>().Bind(settings.GetSection("Storage"));
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidation>();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidation>();
        services.AddOptions<AuditOptions>().Bind(settings.GetSection("Audit"));
        services.AddLogging(logging => logging
            .AddConfiguration(settings.GetSection("Logging"))
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("ModelContextProtocol", LogLevel.Warning)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        if (settings["Cluster:Sandbox"] is { } sandbox && bool.TryParse(sandbox, out var isSandbox) && isSandbox)
            services.AddSingleton<IConnectionSource, PracticeSource>();
        if (!HostsApprovals(settings))
            services.AddForwarding();
        return services
            .AddCluster()
            .AddSingleton<WorkloadReader>()
            .AddAudit()
            .AddOpenTelemetrySink()
            .AddBroker()
            .AddApprovers();
    }

    /// <summary>Whether approvals are hosted by this process, or it is an agent's side alone.</summary>
    public static bool HostsApprovals(IConfiguration settings) => !bool.TryParse(settings["Approvals:Host"], out var hosts) || hosts;

    /// <summary>All that is wrong with the settings, each with its remedy.</summary>
    public static IReadOnlyList<string> Errors(IConfigurationRoot settings, IServiceProvider services) =>
    [
        .. SettingsCheck.TakeOutErrors(settings), .. Invalid<ClusterOptions>(services), .. Invalid<ApprovalOptions>(services),
        .. Invalid<PolicyOptions>(services), .. Invalid<LimitOptions>(services), .. Invalid<StorageOptions>(services), .. Invalid<AuditOptions>(services),
    ];

    private static IEnumerable<string> Invalid<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        IServiceProvider services)
        where TOptions : class
    {
        try
        {
            _ = services.GetRequiredService<IOptions<TOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return invalid.Failures;
        }
    }
}
