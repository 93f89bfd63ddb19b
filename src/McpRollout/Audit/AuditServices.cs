using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Audit;

/// <summary>Registers the audit.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<SqliteAuditLog>()
        .AddSingleton<AuditFile>()
        .AddSingleton<IAuditSink>(provider => provider.GetRequiredService<AuditFile>());
}
