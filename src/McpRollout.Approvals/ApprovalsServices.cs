using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Approvals.Audit.Sinks;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Execution;
using McpRollout.Approvals.Git;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Notifications;
using McpRollout.Approvals.Passkeys;
using McpRollout.Approvals.Probes;
using McpRollout.Approvals.Registries;
using McpRollout.Approvals.Reverts;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals;

/// <summary>Registers what holds, decides, carries out and records undos.</summary>
internal static class ApprovalsServices
{
    /// <summary>Adds the audit: its log in the store, and the sinks that are told of it.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditLog>()
        .AddSingleton(provider => AuditFile.PathsOf(
            provider.GetRequiredService<IOptions<AuditOptions>>().Value, provider.GetRequiredService<IOptions<StorageOptions>>().Value))
        .AddSingleton<AuditTurn>()
        .AddSingleton<CheckpointLog>()
        .AddSingleton<CheckpointMemory>()
        .AddSingleton<AuditFile>()
        .AddSingleton<AuditRepair>()
        .AddSingleton<AuditRekey>()
        .AddSingleton(_ => StandardErrorStream.OpenWriter())
        .AddSingleton<StandardErrorSink>()
        .AddSingleton<SinkPositions>()
        .AddSingleton<WebhookSink>()
        .AddSingleton<AnchorSink>()
        .AddSingleton(new SinkSource("file", audit => audit.Sinks.File, provider => provider.GetRequiredService<AuditFile>()))
        .AddSingleton(new SinkSource(
            "standard error", audit => audit.Sinks.StandardError, provider => provider.GetRequiredService<StandardErrorSink>()))
        .AddSingleton(new SinkSource("webhook", audit => audit.Sinks.Webhook, provider => provider.GetRequiredService<WebhookSink>()))
        .AddSingleton(new SinkSource(
            "anchor", audit => audit.Anchor is null ? SinkLevel.Off : SinkLevel.BestEffort,
            provider => provider.GetRequiredService<AnchorSink>()))
        .AddSingleton(AuditSinks.From)
        .AddSingleton<RequiredSinks>()
        .AddSingleton<IAuditSink>(provider => provider.GetRequiredService<RequiredSinks>());

    /// <summary>Adds what tells the sinks in the background of a server.</summary>
    public static IServiceCollection AddAuditDispatcher(this IServiceCollection services) => services
        .AddSingleton<AuditDispatcher>()
        .AddHostedService(provider => provider.GetRequiredService<AuditDispatcher>());

    /// <summary>Adds what tells people in the background of a server.</summary>
    public static IServiceCollection AddNotificationDispatcher(this IServiceCollection services)
    {
        services.TryAddSingleton<PageLink>();
        return services
            .AddSingleton<NotificationDispatcher>()
            .AddHostedService(provider => provider.GetRequiredService<NotificationDispatcher>());
    }

    /// <summary>Adds who may approve.</summary>
    public static IServiceCollection AddApprovers(this IServiceCollection services) =>
        services
            .AddSingleton<ApproverDirectory>()
            .AddSingleton<ProofKey>()
            .AddSingleton<KnownBrowsers>()
            .AddSingleton<SignIns>()
            .AddSingleton(provider => provider.GetRequiredService<IOptions<ApprovalOptions>>().Value.SignIn)
            .AddSingleton<ProviderPeople>()
            .AddSingleton<ReaderSessions>()
            .AddSingleton<PasskeyStore>()
            .AddSingleton<PasskeyQuestions>()
            .AddSingleton(provider => new PasskeyPlace(provider.GetRequiredService<IOptions<ApprovalOptions>>().Value.BaseUrl))
            .AddSingleton<PasskeyGate>()
            .AddSingleton<PasskeyInvitations>();

    /// <summary>Adds the store, the broker and the intake before it.</summary>
    public static IServiceCollection AddBroker(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddScoped<IImageMemory, StoredImages>();
        return services
            .AddSingleton(Database)
            .AddSingleton<StoreSignal>()
            .AddSingleton<RequestStore>()
            .AddSingleton<NotificationStore>()
            .AddSingleton<EarlierUndos>()
            .AddSingleton<PolicySource>()
            .AddSingleton<DecisionProofs>()
            .AddSingleton<ApprovalBroker>()
            .AddSingleton<LateTruth>()
            .AddScoped<WorkloadContextReader>()
            .AddSingleton<IImageRegistries, ImageRegistries>()
            .AddSingleton<PausedOwners>()
            .AddScoped<PausePlanning>()
            .AddSingleton<GitHosts>()
            .AddScoped<RevertPlanning>()
            .AddScoped<OpenRequests>()
            .AddSingleton<PreApprovedHome>()
            .AddScoped<UndoIntake>()
            .AddScoped<ResumeOutlook>()
            .AddScoped<ResumeIntake>()
            .AddScoped<OwnerResumption>()
            .AddScoped<WayHome>();
    }

    /// <summary>Adds what takes, and carries out, rollbacks of releases of Helm.</summary>
    public static IServiceCollection AddRollbacks(this IServiceCollection services) => services
        .AddScoped<ReleaseOutlook>()
        .AddScoped<ReleaseIntake>()
        .AddSingleton<HelmRuns>()
        .AddScoped<ReleaseExecution>()
        .AddScoped<ReleaseFollower>();

    /// <summary>Adds what carries approved undos out.</summary>
    public static IServiceCollection AddExecutor(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => ExecutorTimes.For(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        return services
            .AddSingleton<Holders>()
            .AddScoped<ClusterDuties>()
            .AddScoped<UndoWriter>()
            .AddScoped<OwnerPausing>()
            .AddScoped<OwnerResuming>()
            .AddSingleton<ExecutionWait>()
            .AddSingleton<ProbeReader>()
            .AddSingleton<UndoProbes>()
            .AddScoped<UndoExecution>()
            .AddScoped<Reconciliation>()
            .AddScoped<StuckPodRelease>()
            .AddScoped<OwnershipReturn>()
            .AddSingleton<RequestHold>()
            .AddSingleton<RevertOpening>()
            .AddScoped<RolloutFollower>()
            .AddSingleton<UndoExecutor>()
            .AddHostedService(provider => provider.GetRequiredService<UndoExecutor>());
    }

    private static IDatabase Database(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<StorageOptions>>();
        var time = provider.GetRequiredService<TimeProvider>();
        return new MeasuredDatabase(
            options.Value.Postgres is null
                ? new SqliteDatabase(options)
                : new PostgresDatabase(options, time, provider.GetRequiredService<ILogger<PostgresDatabase>>()),
            time);
    }
}
