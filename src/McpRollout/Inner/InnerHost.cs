using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace McpRollout.Inner;

/// <summary>A web server within a host that does something else besides: it starts and stops when it is told to, and logs where that host
/// logs.</summary>
internal static class InnerHost
{
    /// <summary>A builder of one, with nothing served yet.</summary>
    /// <param name="logs">The outer host's, which knows where entries may go.</param>
    public static WebApplicationBuilder CreateBuilder(ILoggerFactory logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();

        // Signals belong to the outer host; a second handler of them would stop the inner one on its own.
        builder.Services.AddSingleton<IHostLifetime, BorrowedLifetime>();
        builder.Logging.AddProvider(new BorrowedLogs(logs))
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        return builder;
    }

    private sealed class BorrowedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class BorrowedLogs(ILoggerFactory outer) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => outer.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}
