using System.Diagnostics.CodeAnalysis;
using McpRollout.Approvals;
using McpRollout.Approvals.Git;
using McpRollout.Forwarding;
using McpRollout.Hosted;
using McpRollout.Kubernetes;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Helm;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Telemetry;
using McpRollout.Web;
using Microsoft.Extensions.Configuration;

namespace McpRollout.Hosting;

/// <summary>What the server and the terminal commands share: options, broker, approvers, audit, cluster.</summary>
internal static class Composition
{
    public static IServiceCollection AddProduct(this IServiceCollection services, IConfigurationRoot settings)
    {
        services.AddSingleton<IConfiguration>(settings);
        services
            .AddSection<ApprovalOptions>((from, options) => from.GetSection("Approvals").Bind(options),
                _ => [new ApprovalOptionsValidation()])
            .AddSection<PolicyOptions>((from, options) => from.GetSection("Policies").Bind(options),
                provider =>
                [
                    new PolicyOptionsValidation(), new PasskeyRulesValidation(provider.GetRequiredService<IOptions<ApprovalOptions>>()),
                ])
            .AddSection<LimitOptions>((from, options) => from.GetSection("Limits").Bind(options), _ => [new LimitOptionsValidation()])
            .AddSection<VerifyOptions>((from, options) => from.GetSection("Verify").Bind(options),
                _ => [new VerifyOptionsValidation(HostsApprovals(settings))])
            .AddSection<RegistryOptions>((from, options) => from.GetSection("Registry").Bind(options), _ => [])
            .AddSection<StorageOptions>((from, options) => from.GetSection("Storage").Bind(options), _ => [new StorageOptionsValidation()])
            .AddSection<AuditOptions>(
                (from, options) => from.GetSection("Audit").Bind(options),
                provider =>
                [
                    new AuditOptionsValidation(provider.GetRequiredService<IOptions<StorageOptions>>()),
                    new OpenTelemetrySinkValidation(),
                ])
            .AddSection<NotificationOptions>(
                (from, options) => from.GetSection("Notifications").Bind(options.Channels),
                _ => [new NotificationOptionsValidation(HostsApprovals(settings))])
            .AddSection<GitOptions>(
                (from, options) => from.GetSection("Git:Hosts").Bind(options.Hosts),
                _ => [new GitOptionsValidation(HostsApprovals(settings))])
            .AddSection<McpOptions>(
                (from, options) => from.GetSection("Mcp").Bind(options),
                provider => [new McpOptionsValidation(HostsApprovals(settings), PoliciesOf(provider))])
            .AddSection<MetricsOptions>(
                (from, options) => from.GetSection("Metrics").Bind(options),
                _ => [new MetricsOptionsValidation(HostsApprovals(settings) ? PageListen(settings) : null)])
            .AddSection<ClusterOptions>(
                (from, options) => from.GetSection("Cluster").Bind(options),
                provider => [new ClusterOptionsValidation(provider.GetRequiredService<KubeconfigEnvironment>())])
            .AddSection<ClustersOptions>(
                (from, options) => from.GetSection("Clusters").Bind(options.Named),
                provider =>
                [
                    new ClustersOptionsValidation(
                        provider.GetRequiredService<KubeconfigEnvironment>(), isOneSet: settings.GetSection("Cluster").Exists()),
                ])
            .AddSection<HelmOptions>((from, options) => from.GetSection("Helm").Bind(options), _ => [new HelmOptionsValidation()])
            .AddLogs(settings);
        services.AddScoped<KubeconfigSource>().AddScoped<PracticeConnectionSource>();
        services.TryAddScoped<IConnectionSource, ConfiguredSource>();
        if (bool.TryParse(settings["Helm:Enabled"], out var readsReleases) && readsReleases)
        {
            services.AddReleases();
            if (HostsApprovals(settings))
                services.AddRollbacks().AddScoped<ReleaseHealthReader>();
        }

        if (!HostsApprovals(settings))
            services.AddForwarding();
        return services.AddCluster().AddScoped<WorkloadReader>().AddAudit().AddOpenTelemetrySink().AddBroker().AddApprovers();
    }

    /// <summary>Whether approvals are hosted by this process, or it is an agent's side alone.</summary>
    public static bool HostsApprovals(IConfiguration settings) => !bool.TryParse(settings["Approvals:Host"], out var hosts) || hosts;

    /// <summary>All that is wrong with the settings, each with its remedy.</summary>
    public static IReadOnlyList<string> Errors(IConfigurationRoot settings, IServiceProvider services)
    {
        var errors = ErrorsOfSections(settings, services);
        return errors.Count > 0
            ? errors
            :
            [
                .. ClusterNames.Errors(
                    services.GetRequiredService<IOptions<ClustersOptions>>().Value,
                    services.GetRequiredService<IOptions<PolicyOptions>>().Value,
                    services.GetRequiredService<IOptions<NotificationOptions>>().Value,
                    services.GetRequiredService<IOptions<VerifyOptions>>().Value),
            ];
    }

    private static IReadOnlyList<string> ErrorsOfSections(IConfigurationRoot settings, IServiceProvider services) =>
    [
        .. SettingsCheck.TakeOutErrors(settings), .. Invalid<ClusterOptions>(services), .. Invalid<ClustersOptions>(services),
        .. Invalid<ApprovalOptions>(services),
        .. Invalid<PolicyOptions>(services), .. Invalid<LimitOptions>(services), .. Invalid<StorageOptions>(services),
        .. Invalid<RegistryOptions>(services), .. Invalid<VerifyOptions>(services), .. Invalid<HelmOptions>(services),
        .. Invalid<AuditOptions>(services), .. Invalid<NotificationOptions>(services), .. Invalid<GitOptions>(services),
        .. Invalid<McpOptions>(services), .. Invalid<MetricsOptions>(services),
    ];

    private static string PageListen(IConfiguration settings) => settings["Approvals:Listen"] ?? new ApprovalOptions().Listen;

    // What is wrong with the rules is said for the section that has them.
    private static PolicyOptions PoliciesOf(IServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<IOptions<PolicyOptions>>().Value;
        }
        catch (OptionsValidationException)
        {
            return new PolicyOptions();
        }
    }

    private static IEnumerable<string> Invalid<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(IServiceProvider services)
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
