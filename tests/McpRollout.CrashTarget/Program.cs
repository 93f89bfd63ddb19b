using System.Diagnostics;
using McpRollout.Audit;
using McpRollout.Broker.Storage;
using McpRollout.Cluster;
using McpRollout.CrashTarget;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// One undo from the asking to its end, in one process, that dies at the step named last; without one it says which steps there are.
var where = Whereabouts.From(args);
var points = new CrashPoints(args.Length > 7 ? args[7] : null);
var requestId = "";

using var listener = new ActivityListener
{
    ShouldListenTo = source => source.Name == ClusterTelemetry.SourceName,
    Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
    ActivityStarted = call =>
    {
        if (call.Kind != ActivityKind.Client)
            return;

        // The first patch is the dry run.
        if (points.Pass($"before {call.DisplayName}") > 1 && call.DisplayName.StartsWith("PATCH", StringComparison.Ordinal) && !IsAnnounced())
            Console.Out.WriteLine("violation: the patch is sent before the record that announces it is in the audit file");
    },
    ActivityStopped = call =>
    {
        if (call.Kind == ActivityKind.Client)
            points.Pass($"after {call.DisplayName}");
    },
};
ActivitySource.AddActivityListener(listener);

var composed = where.Compose();
var database = composed.Single(service => service.ServiceType == typeof(IDatabase));
composed.Remove(database);
composed.AddSingleton<IDatabase>(services => new CrashingDatabase((IDatabase)database.ImplementationFactory!(services), points));
var sink = composed.Last(service => service.ServiceType == typeof(IAuditSink));
composed.Remove(sink);
composed.AddSingleton<IAuditSink>(services => new CrashingSink((IAuditSink)sink.ImplementationFactory!(services), points));

await using var services = composed.BuildServiceProvider();
var executors = services.GetServices<IHostedService>().ToList();
foreach (var executor in executors)
    await executor.StartAsync(CancellationToken.None);

var request = await Life.AskAsync(services, where.Workload, CancellationToken.None);
requestId = request.Id;
Console.Out.WriteLine($"asked {request.Id}");
var decided = await Life.ApproveAsync(services, request, CancellationToken.None);
Console.Out.WriteLine($"decided {decided.Outcome}");
var end = await Life.EndAsync(services, request.Id, TimeSpan.FromMinutes(1), CancellationToken.None);
foreach (var executor in executors)
    await executor.StopAsync(CancellationToken.None);
Console.Out.WriteLine($"ended {end!.State}");

bool IsAnnounced()
{
    using var file = new StreamReader(new FileStream(where.AuditFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
    while (file.ReadLine() is { } line)
    {
        if (line.Contains("\"undo.executing\"", StringComparison.Ordinal) && line.Contains(requestId, StringComparison.Ordinal))
            return true;
    }

    return false;
}
