using McpRollout.Web.Limits;
using McpRollout.Web.Session;

namespace McpRollout.Web;

internal static class PageServices
{
    /// <summary>Adds the page and its server, which starts beside the rest of the host and never holds it up.</summary>
    public static IServiceCollection AddApprovalPage(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddScoped<WorkloadReader>();
        return services
            .AddSingleton(_ => new PageStatus())
            .AddSingleton<MinuteLimit>()
            .AddSingleton<CallerLimits>()
            .AddSingleton<AttemptLine>()
            .AddSingleton<AttemptTurn>()
            .AddSingleton<PageCookies>()
            .AddSingleton<BrowserCookie>()
            .AddSingleton<SessionCookie>()
            .AddSingleton<ReadGuard>()
            .AddSingleton<SessionRoute>()
            .AddSingleton<WorkloadHealthReader>()
            .AddSingleton<RequestRoute>()
            .AddSingleton<DecisionRoute>()
            .AddSingleton<PreparedRoute>()
            .AddSingleton<EnrolRoute>()
            .AddSingleton<NewsRoute>()
            .AddSingleton<Readiness>()
            .AddSingleton<IPageRoute>(provider => provider.GetRequiredService<Readiness>())
            .AddHostedService(provider => provider.GetRequiredService<Readiness>())
            .AddSingleton<PageServer>()
            .AddHostedService<ApprovalPage>();
    }
}
