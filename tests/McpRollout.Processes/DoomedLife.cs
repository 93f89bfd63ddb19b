using System.Diagnostics;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Storage;
using McpRollout.Kubernetes.Api;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Reading;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpRollout.Processes;

/// <summary>One undo to its end, in one process, that dies at the step it is given; without one it says which steps there are.</summary>
internal sealed class DoomedLife(Whereabouts where, string? deadly)
{
    private readonly CrashPoints _points = new(deadly);
    private string _requestId = "";

    /// <summary>Asks, approves, carries out.</summary>
    public Task LiveAsync() => LiveAsync(async services =>
    {
        var request = await Life.AskAsync(services, where, CancellationToken.None);
        _requestId = request.Id;
        Console.Out.WriteLine($"asked {request.Id}");
        var decided = await Life.ApproveAsync(services, request, CancellationToken.None);
        Console.Out.WriteLine($"decided {decided.Outcome}");
    });

    /// <summary>Carries on with what another process left.</summary>
    public Task TakeOverAsync(string requestId)
    {
        _requestId = requestId;
        return LiveAsync(_ => Task.CompletedTask);
    }

    /// <summary>Runs beside another process, and carries on with what that one leaves.</summary>
    public Task StandByAsync() => LiveAsync(async services =>
    {
        Console.Out.WriteLine("ready");
        var broker = services.GetRequiredService<ApprovalBroker>();
        while (_requestId.Length == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            _requestId = await broker.ListRecentAsync(CancellationToken.None) is [var asked, ..] ? asked.Id : "";
        }
    });

    private async Task LiveAsync(Func<IServiceProvider, Task> begin)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClusterTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = Before,
            ActivityStopped = After,
        };
        ActivitySource.AddActivityListener(listener);

        await using var services = Compose().BuildServiceProvider();
        var executors = services.GetServices<IHostedService>().ToList();
        foreach (var executor in executors)
            await executor.StartAsync(CancellationToken.None);

        await begin(services);
        var end = await Life.EndAsync(services, _requestId, TimeSpan.FromMinutes(1), CancellationToken.None);
        foreach (var executor in executors)
            await executor.StopAsync(CancellationToken.None);
        Console.Out.WriteLine($"ended {end!.State}");
    }

    private void Before(Activity call)
    {
        if (call.Kind != ActivityKind.Client)
            return;

        _points.Pass($"before {call.DisplayName}");
        var announcement =
            call.DisplayName.EndsWith("(fence)", StringComparison.Ordinal) ? "undo.fenced"
            : call.DisplayName.StartsWith("PATCH", StringComparison.Ordinal) && !IsRehearsal()
                ? Life.IsOfOwner(call) ? "undo.pausing_owner" : "undo.executing"
            : call.DisplayName.StartsWith("DELETE", StringComparison.Ordinal) ? "undo.deleting_pod"
            : null;
        if (announcement is not null && !IsInTheAudit(announcement))
            Console.Out.WriteLine($"violation: {call.DisplayName} is sent before the record that announces it is in the audit file");
    }

    private void After(Activity call)
    {
        if (call.Kind != ActivityKind.Client)
            return;
        if (Life.IsAcceptedPatch(call))
            Console.Out.WriteLine("accepted");
        if (Life.IsAcceptedPause(call))
            Console.Out.WriteLine("paused");
        _points.Pass($"after {call.DisplayName}");
    }

    // Before the request has an id there can only be the dry run.
    private bool IsRehearsal() => _requestId.Length == 0;

    private IServiceCollection Compose()
    {
        var services = where.Compose();
        var database = services.Single(service => service.ServiceType == typeof(IDatabase));
        var sink = services.Single(service => service.ServiceType == typeof(IAuditSink));
        services.Remove(database);
        services.Remove(sink);
        return services
            .AddSingleton(provider => new Lazy<IDatabase>(() => (IDatabase)database.ImplementationFactory!(provider)))
            .AddSingleton<IDatabase>(provider => new CrashingDatabase(provider.GetRequiredService<Lazy<IDatabase>>().Value, _points))

            // What pods run is written beside an undo, whenever they are read: that is no step of it.
            .AddSingleton<IImageMemory>(provider => new StoredImages(
                new CrashingDatabase(provider.GetRequiredService<Lazy<IDatabase>>().Value, _points, isStep: false),
                provider.GetRequiredService<IClusterReader>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<StoredImages>>()))
            .AddSingleton<IAuditSink>(provider => new CrashingSink((IAuditSink)sink.ImplementationFactory!(provider), _points));
    }

    private bool IsInTheAudit(string announcement)
    {
        using var file = new StreamReader(
            new FileStream(where.AuditFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (file.ReadLine() is { } line)
        {
            if (line.Contains($"\"{announcement}\"", StringComparison.Ordinal) && line.Contains(_requestId, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
