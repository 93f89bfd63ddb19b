using McpRollout.Audit.Sinks;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Audit;

/// <summary>Registers the audit.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditLog>()
        .AddSingleton<AuditFile>()
        .AddSingleton(_ => StandardErrorStream.OpenWriter())
        .AddSingleton<StandardErrorSink>()
        .AddSingleton<OpenTelemetrySink>()
        .AddSingleton<SinkPositions>()
        .AddSingleton<WebhookSink>()
        .AddSingleton(AuditSinks.From)
        .AddSingleton<AuditTrail>()
        .AddSingleton<IAuditSink>(provider => provider.GetRequiredService<AuditTrail>());

    /// <summary>What the server does for the audit besides.</summary>
    public static IServiceCollection AddAuditPump(this IServiceCollection services) => services.AddHostedService<AuditPump>();
}
