using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Audit;

/// <summary>Registers the audit.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditLog>()
        .AddSingleton<AuditFile>()
        .AddSingleton<IAuditSink>(provider => provider.GetRequiredService<AuditFile>());
}
