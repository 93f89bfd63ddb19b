using McpRollout.Hosting;
using McpRollout.Web;

namespace McpRollout.Cli;

/// <summary>Runs a terminal command on the same store, approvers and audit as the servers.</summary>
internal static class ProductScope
{
    public static async Task<int> RunAsync<TService>(string[] settings, Func<TService, Task<int>> run)
        where TService : notnull
    {
        var configuration = Settings.Read(settings);
        Logs.Quiet(configuration);
        await using var provider = new ServiceCollection()
            .AddProduct(configuration)
            .AddSingleton<AuditMending>()
            .AddSingleton(services => new WorkloadHealthReader(
                services.GetRequiredService<Clusters>(), services.GetRequiredService<TimeProvider>())
            {
                // A command connects for the first time, and runs the plugin that signs in; a page is loaded again and again.
                Patience = TimeSpan.FromSeconds(10),
            })
            .AddSingleton<RequestReading>()
            .AddSingleton<RequestFollowing>()
            .AddSingleton<RequestDecision>()
            .BuildServiceProvider();
        if (Composition.Errors(configuration, provider) is { Count: > 0 } errors)
            return ExitCodes.WrongUsage(errors);
        if (!Composition.HostsApprovals(configuration))
            return ExitCodes.Fail("Approvals:Host is false here: requests, approvers and the audit are on the approving side. Run this "
                + "there.");
        try
        {
            return await run(provider.GetRequiredService<TService>());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidOperationException
            or StoreUnavailableException or AuditUnavailableException)
        {
            return ExitCodes.Fail(failure.Message);
        }
    }
}
