using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using McpRollout.Audit;
using McpRollout.Broker;
using McpRollout.Cluster;
using McpRollout.Person;
using McpRollout.Processes;
using McpRollout.Rollouts;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Cases;
using McpRollout.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRollout.Tests.Executor;

/// <summary>
/// Kills the server (SIGKILL) right before and right after each commit of the store, each time the audit is written through and each request to the cluster,
/// starts it again and looks whether every promise still holds. The steps are those that an undo that nobody disturbs takes: all of them are tried.
/// </summary>
public abstract class CrashRules
{
    private const int AtOnce = 6;

    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(60);
    private static readonly SemaphoreSlim Processors = new(Environment.ProcessorCount);

    internal abstract StoreKind Store { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    private protected virtual bool IsTried(string point) => true;

    [Fact]
    [Proves(Hazard.KilledAnywhereLosesNothing)]
    public async Task NoCrashAtAnyStepLosesADecisionOrWritesTwiceOrUnrecorded()
    {
        await using var cluster = await StartClusterAsync();
        await using var crashes = new Crashes(cluster, Store);
        await crashes.MakeWorkloadsAsync(["web-whole"]);
        var whole = await crashes.TryAsync("web-whole", null, Processors);
        Assert.Contains("ended Applied", whole.Output);
        Assert.Empty(whole.Violations);

        var all = whole.Output.Where(line => line.StartsWith("point ", StringComparison.Ordinal)).Select(line => line["point ".Length..]).Distinct().ToList();
        Assert.Contains("after PATCH deployments#2", all);
        var points = all.Where(IsTried).ToList();
        await crashes.MakeWorkloadsAsync([.. points.Select((_, index) => $"web-{index}")]);
        var tried = new ConcurrentBag<Crash>();
        await Parallel.ForEachAsync(
            points.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancelled },
            async (point, _) => tried.Add(await crashes.TryAsync($"web-{point.Index}", point.Item, Processors)));

        // How often a rollout is looked at depends on how fast its pods are, so the last few looks may not come to pass again.
        var reached = tried.Count(crash => crash.Output.Contains($"point {crash.Point}"));
        var violations = tried.SelectMany(crash => crash.Violations.Select(violation => $"{crash.Point}: {violation}")).ToList();
        TestReport.Add($"{GetType().Name}: {points.Count} crash points tried, {reached} reached, {violations.Count} violations.");
        Assert.Empty(violations);
        Assert.InRange(reached, points.Count * 3 / 4, points.Count);
    }

    /// <summary>One life that ended at a point, and all that did not hold after the next one.</summary>
    private sealed record Crash(string? Point, IReadOnlyList<string> Output, IReadOnlyList<string> Violations);

    /// <summary>The workloads of one cluster, each with a store of its own.</summary>
    private sealed class Crashes : IAsyncDisposable
    {
        private readonly ClusterUnderTest _cluster;
        private readonly StoreKind _kind;
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-rollout-crash-");
        private readonly ConcurrentDictionary<string, int> _patchesSince = new();
        private readonly ActivityListener _listener;

        public Crashes(ClusterUnderTest cluster, StoreKind kind)
        {
            (_cluster, _kind) = (cluster, kind);
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == ClusterTelemetry.SourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = call =>
                {
                    if (call.DisplayName.StartsWith("PATCH", StringComparison.Ordinal) && call.GetTagItem("mcp_rollout.dry_run") is null)
                        _patchesSince.AddOrUpdate($"{call.GetTagItem("k8s.namespace.name")}/{call.GetTagItem("k8s.deployment.name")}", 1, (_, count) => count + 1);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        /// <summary>Makes Deployments with two revisions, all at once.</summary>
        public async Task MakeWorkloadsAsync(IReadOnlyList<string> names)
        {
            foreach (var image in new[] { "app:1", "app:2" })
            {
                await _cluster.KubectlAsync("apply -f -", string.Join("---\n", names.Select(name => Manifest(name, image))));
                while (!AreRolledOut(await _cluster.KubectlAsync("get deployments -o json")))
                    Cancelled.ThrowIfCancellationRequested();
            }
        }

        public async Task<Crash> TryAsync(string name, string? point, SemaphoreSlim processors)
        {
            var folder = _folder.CreateSubdirectory(name).FullName;
            var storage = TempStore.StorageIn(folder, _kind);
            var where = new Whereabouts(
                storage.Path, storage.Postgres, Path.Combine(folder, "audit.jsonl"), _cluster.Kubeconfig, _cluster.Context, _cluster.Namespace, name);
            try
            {
                await using (var first = where.Compose().BuildServiceProvider())
                {
                    await first.GetRequiredService<ApproverDirectory>().AddAsync(
                        Whereabouts.Approver, [], Whereabouts.Passphrase, AuditActor.Human("root", "terminal"), Cancelled);
                }

                var output = await RunAsync(where, point, processors);
                return new Crash(point, output, await NextLifeAsync(where, output));
            }
            finally
            {
                await PostgresServer.DropAsync(storage);
            }
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            _folder.Delete(recursive: true);
            await Task.CompletedTask;
        }

        private static async Task<IReadOnlyList<string>> RunAsync(Whereabouts where, string? point, SemaphoreSlim processors)
        {
            var program = Path.Combine(AppContext.BaseDirectory, "mcp-rollout-processes");
            await processors.WaitAsync(Cancelled);
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, ["die", .. where.ToArguments(), .. point is null ? Array.Empty<string>() : [point]])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
                var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancelled), process.StandardError.ReadToEndAsync(Cancelled));
                await process.WaitForExitAsync(Cancelled);
                Assert.True(process.ExitCode is 0 or 137, await errors);
                return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            }
            finally
            {
                processors.Release();
            }
        }

        private async Task<IReadOnlyList<string>> NextLifeAsync(Whereabouts where, IReadOnlyList<string> output)
        {
            var violations = output.Where(line => line.StartsWith("violation", StringComparison.Ordinal)).ToList();
            var asked = output.FirstOrDefault(line => line.StartsWith("asked ", StringComparison.Ordinal))?["asked ".Length..];
            var wasDecided = output.Any(line => line.StartsWith("decided ", StringComparison.Ordinal));

            await using var services = where.Compose().BuildServiceProvider();
            var broker = services.GetRequiredService<ApprovalBroker>();
            var request = (await broker.ListRecentAsync(Cancelled)).SingleOrDefault();
            if (asked is not null && request?.Id != asked)
                violations.Add("the request that the agent was told of is gone");
            if (wasDecided && request?.State == RequestState.Pending)
                violations.Add("the decision that the person was told of is gone");
            if (request is { State: RequestState.Pending })
                await Life.ApproveAsync(services, request, Cancelled);

            foreach (var executor in services.GetServices<IHostedService>())
                await executor.StartAsync(Cancelled);
            var end = request is null ? null : await Life.EndAsync(services, request.Id, EndsWithin, Cancelled);
            foreach (var executor in services.GetServices<IHostedService>())
                await executor.StopAsync(Cancelled);

            violations.AddRange(await ViolationsAsync(where, output, end));
            return violations;
        }

        private async Task<List<string>> ViolationsAsync(Whereabouts where, IReadOnlyList<string> output, UndoRequest? end)
        {
            var violations = new List<string>();
            var workload = JsonDocument.Parse(await _cluster.KubectlAsync($"get deployment {where.Name} -o json")).RootElement;
            var (image, generation) = (
                workload.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0].Text("image"),
                workload.GetProperty("metadata").GetProperty("generation").GetInt64());
            var isUndone = image == "app:1";

            // Made with generation 1, changed to 2, undone to 3.
            if (generation != (isUndone ? 3 : 2))
                violations.Add($"the workload was written {generation - 2} times");
            var patches = output.Count(line => line.StartsWith("point before PATCH", StringComparison.Ordinal)) - 1
                + _patchesSince.GetValueOrDefault($"{where.Namespace}/{where.Name}");
            if (patches > 1)
                violations.Add($"{patches} patches were sent");
            if (end is not null && !end.IsFinished)
                violations.Add($"the request is not at its end: {end.State} {end.Outcome?.Message}");
            if (end is not null && end.State is not (RequestState.Applied or RequestState.Failed))
                violations.Add($"the request ended {end.State}, which nobody asked for");
            if (isUndone != (end?.State == RequestState.Applied))
                violations.Add($"the request ended {end?.State}, and the workload runs {image}");
            if (end is { State: RequestState.Applied } && end.Outcome?.Rollout != UndoRollout.Healthy)
                violations.Add($"the rollout is told to be {end.Outcome?.Rollout}");

            var log = where.Compose().BuildServiceProvider();
            await using (log)
            {
                await log.GetRequiredService<IAuditSink>().CatchUpAsync(Cancelled);
                var verdict = AuditVerifier.VerifyFile(where.AuditFile);
                if (!verdict.Holds || verdict.Records != await log.GetRequiredService<AuditLog>().CountAsync(Cancelled))
                    violations.Add($"the audit does not hold: {verdict.Fault}");
            }

            var events = File.ReadLines(where.AuditFile).Select(line => JsonDocument.Parse(line).RootElement.Text("event")!).ToList();
            string[] wanted = isUndone ? ["undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy"]
                : end is null ? []
                : ["undo.requested", "undo.approved", "undo.executing", "undo.failed"];
            if (wanted.Any(name => events.Count(each => each == name) != 1))
                violations.Add($"the audit has {string.Join(", ", events)}");
            return violations;
        }

        private static bool AreRolledOut(string deployments) => JsonDocument.Parse(deployments).RootElement.GetProperty("items").EnumerateArray().All(item =>
            item.Text("metadata", "generation") == item.Text("status", "observedGeneration")
            && item.Text("status", "replicas") == "1" && item.Text("status", "updatedReplicas") == "1" && item.Text("status", "availableReplicas") == "1");

        private static string Manifest(string name, string image) => $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: {{name}}
            spec:
              replicas: 1
              selector:
                matchLabels: {app: {{name}}}
              template:
                metadata:
                  labels: {app: {{name}}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: app
                    image: {{image}}

            """;
    }
}

public sealed class CrashesOnThePracticeCluster : CrashRules
{
    internal override StoreKind Store => StoreKind.Sqlite;

    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class CrashesWithPostgres : CrashRules
{
    internal override StoreKind Store => StoreKind.Postgres;

    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();

    // The other steps do not know which store it is.
    private protected override bool IsTried(string point) => point.Contains("commit", StringComparison.Ordinal);
}

public sealed class CrashesOnARealControlPlane : CrashRules
{
    internal override StoreKind Store => StoreKind.Sqlite;

    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}
