using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Kubernetes.Api;
using McpRollout.Processes;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Cases;
using McpRollout.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRollout.Tests.Executor;

/// <summary>
/// Kills the server (SIGKILL) right before and right after each commit of the store, each time the audit is written through and each
/// request to the cluster, starts it again and looks whether every promise still holds. The steps are those that an undo that nobody
/// disturbs takes: all of them are tried.
/// </summary>
public abstract class CrashRules
{
    private const int AtOnce = 6;
    private const int Looks = 4;

    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(60);
    private static readonly SemaphoreSlim Processors = new(Environment.ProcessorCount);

    internal abstract StoreKind Store { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    internal virtual CrashStory Story => CrashStory.OfADeployment;

    /// <summary>Where a process has died already, so that it is its successor which is killed; null if there is none.</summary>
    internal virtual string? FirstDeath => null;

    /// <summary>Whether the process is stopped beyond its lease and goes on after its successor's end, instead of killed.</summary>
    internal virtual bool IsOnlyStopped => false;

    /// <summary>Those of the undisturbed undo's points that are worth trying here.</summary>
    private protected virtual IEnumerable<string> Tried(IEnumerable<string> points) => points;

    [Fact]
    [Proves(Hazard.KilledAnywhereLosesNothing)]
    public async Task NoCrashAtAnyStepLosesADecisionOrWritesTwiceOrUnrecorded()
    {
        await using var cluster = await StartClusterAsync();
        await using var crashes = new Crashes(cluster, Store, Story);
        await crashes.MakeWorkloadsAsync(["web-whole"]);
        var whole = await crashes.TryAsync("web-whole", FirstDeath, null, Processors);
        Assert.Contains("ended Applied", whole.Output);
        Assert.True(whole.Violations.Count == 0, string.Join("\n", whole.Violations));

        var all = whole.Points.Distinct().ToList();
        Assert.Contains(FirstDeath is null ? $"after PATCH {Story.Plural}#2" : $"after PATCH {Story.Plural} (fence)#1", all);
        var points = Tried(WithoutLooksThatAreAlike(all)).ToList();
        await crashes.MakeWorkloadsAsync([.. points.Select((_, index) => $"web-{index}")]);
        var tried = new ConcurrentBag<Crash>();
        await Parallel.ForEachAsync(
            points.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancelled },
            async (point, _) => tried.Add(await crashes.TryAsync(
                $"web-{point.Index}", FirstDeath, point.Item, Processors, IsOnlyStopped)));

        var reached = tried.Count(crash => crash.Points.Contains(crash.Point));
        var violations = tried.SelectMany(crash => crash.Violations.Select(violation => $"{crash.Point}: {violation}")).ToList();
        TestReport.Add($"{GetType().Name}: {points.Count} crash points tried, {reached} reached, {violations.Count} violations.");
        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.InRange(reached, points.Count * 3 / 4, points.Count);
    }

    /// <summary>How often a rollout is looked at depends on how fast its pods are, and one look is like the next: only the first
    /// few are tried, which come to pass in every life.</summary>
    private static IEnumerable<string> WithoutLooksThatAreAlike(IReadOnlyList<string> points)
    {
        var written = points.Last(point => point.StartsWith("after PATCH", StringComparison.Ordinal));
        var beforeLooks = points.TakeWhile(point => point != written).CountBy(StepOf).ToDictionary();
        return points.Where(point => NumberOf(point) <= beforeLooks.GetValueOrDefault(StepOf(point)) + Looks);

        static string StepOf(string point) => point[..point.IndexOf('#')];
        static int NumberOf(string point) => int.Parse(point[(point.IndexOf('#') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>One life that ended at a point, and all that did not hold after the next one.</summary>
    private sealed record Crash(string? Point, IReadOnlyList<string> Output, IReadOnlyList<string> Violations)
    {
        public IEnumerable<string> Points =>
            Output.Where(line => line.StartsWith("point ", StringComparison.Ordinal)).Select(line => line["point ".Length..]);
    }

    /// <summary>The workloads of one cluster, each with a store of its own.</summary>
    private sealed class Crashes : IAsyncDisposable
    {
        private readonly ClusterUnderTest _cluster;
        private readonly StoreKind _kind;
        private readonly CrashStory _story;
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-rollout-crash-");
        private readonly ConcurrentDictionary<string, int> _acceptedSince = new();
        private readonly ActivityListener _listener;

        public Crashes(ClusterUnderTest cluster, StoreKind kind, CrashStory story)
        {
            (_cluster, _kind, _story) = (cluster, kind, story);
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == ClusterTelemetry.SourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = call =>
                {
                    if (Life.IsAcceptedPatch(call))
                        _acceptedSince.AddOrUpdate(
                            $"{call.GetTagItem("k8s.namespace.name")}/{call.GetTagItem($"k8s.{story.Kind}.name")}",
                            1,
                            (_, count) => count + 1);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        /// <summary>Makes workloads with two revisions, all at once.</summary>
        public async Task MakeWorkloadsAsync(IReadOnlyList<string> names)
        {
            foreach (var image in new[] { CrashStory.Good, _story.Bad })
            {
                await _cluster.KubectlAsync(
                    "apply -f -", string.Join("---\n", names.Select(name => _story.Manifest(name, image, _cluster.Namespace))));
                while (!AreThere(await _cluster.KubectlAsync($"get {_story.Plural} -o json")))
                    Cancelled.ThrowIfCancellationRequested();
            }
        }

        /// <summary>Lives up to the point, after another process has died if one has, and looks at what the next life makes of
        /// it.</summary>
        public async Task<Crash> TryAsync(
            string name, string? firstDeath, string? point, SemaphoreSlim processors, bool isOnlyStopped = false)
        {
            var folder = _folder.CreateSubdirectory(name).FullName;
            var storage = TempStore.StorageIn(folder, _kind);
            var where = new Whereabouts(
                storage.Path,
                storage.Postgres,
                Path.Combine(folder, "audit.jsonl"),
                _cluster.Kubeconfig,
                _cluster.Context,
                _cluster.Namespace,
                name)
            {
                Type = _story.Type,
                PausesOwner = _story.IsOwned,
            };
            var kept = await _story.KeptPodAsync(_cluster, name);
            try
            {
                await using (var first = where.Compose().BuildServiceProvider())
                {
                    await first.GetRequiredService<ApproverDirectory>().AddAsync(
                        Whereabouts.Approver, [], Whereabouts.Passphrase, AuditActor.Human("root", "terminal"), Cancelled);
                }

                List<string> output = [];
                string[] life = ["die", .. where.ToArguments()];
                if (firstDeath is not null)
                {
                    output.AddRange(await new DoomedProcess([.. life, firstDeath]).GoOnAsync(processors));
                    life = ["take-over", .. where.ToArguments(), AskedIn(output)!];
                }

                var fatal = isOnlyStopped ? CrashPoints.Stop + point : point;
                var doomed = new DoomedProcess(point is null ? life : [.. life, fatal!]);
                output.AddRange(await doomed.GoOnAsync(processors));
                var (violations, end) = await NextLifeAsync(where, output);
                output.AddRange(await doomed.GoOnAsync(processors));
                violations.AddRange(await ViolationsAsync(where, output, end));
                if (await _story.KeptPodAsync(_cluster, name) != kept)
                    violations.Add("a pod was deleted that nobody was shown");
                return new Crash(point, output, violations);
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

        private static string? AskedIn(IEnumerable<string> output) =>
            output.FirstOrDefault(line => line.StartsWith("asked ", StringComparison.Ordinal))?["asked ".Length..];

        private static async Task<(List<string> Violations, UndoRequest? End)> NextLifeAsync(
            Whereabouts where, IReadOnlyList<string> output)
        {
            var violations = new List<string>();
            var asked = AskedIn(output);
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
            return (violations, end);
        }

        private async Task<List<string>> ViolationsAsync(Whereabouts where, IReadOnlyList<string> output, UndoRequest? end)
        {
            var violations = output.Where(line => line.StartsWith("violation", StringComparison.Ordinal)).ToList();
            var log = where.Compose().BuildServiceProvider();
            await using (log)
            {
                await log.GetRequiredService<IAuditSink>().CatchUpAsync(Cancelled);
                var verdict = AuditVerifier.VerifyFile(where.AuditFile);
                if (!verdict.Holds || verdict.Records != await log.GetRequiredService<AuditLog>().CountAsync(Cancelled))
                    violations.Add($"the audit does not hold: {verdict.Fault}");
            }

            var workload = JsonDocument.Parse(await _cluster.KubectlAsync($"get {_story.Kind} {where.Name} -o json")).RootElement;
            var (image, generation) = (
                workload.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0].Text("image"),
                workload.GetProperty("metadata").GetProperty("generation").GetInt64());
            var isUndone = image == CrashStory.Good;

            var events = File.ReadLines(where.AuditFile).Select(line => JsonDocument.Parse(line).RootElement.Text("event")!).ToList();
            var fences = events.Count(name => name == "undo.fenced");

            // Made with generation 1, changed to 2, undone to 3; a Deployment's rises with its annotations too.
            var written = generation - (isUndone ? 3 : 2);
            if (written < 0 || written > (_story.Type == ResourceType.Deployment ? fences : 0))
                violations.Add($"the workload has generation {generation} after {fences} fences");
            var accepted = output.Count(line => line == "accepted") + _acceptedSince.GetValueOrDefault($"{where.Namespace}/{where.Name}");
            if (accepted > 1)
                violations.Add($"{accepted} patches were accepted");
            if (!_cluster.IsPractice && ApiServerAudit.IsKept
                && ApiServerAudit.AcceptedPatches(where.Namespace, where.Name) is var audited && audited != (isUndone ? 1 : 0))
                violations.Add($"{audited} patches were accepted, by the API server's own audit log");
            if (_story.IsOwned && end is not null)
                violations.AddRange(await OwnerViolationsAsync(where, events));
            if (end is not null && !end.IsFinished)
                violations.Add($"the request is not at its end: {end.State} {end.Outcome?.Message}");
            if (end is not null && end.State != RequestState.Applied)
                violations.Add($"the request ended {end.State}, which nobody asked for: {end.Outcome?.Message}");
            if (isUndone != (end?.State == RequestState.Applied))
                violations.Add($"the request ended {end?.State}, and the workload runs {image}");
            if (end is { State: RequestState.Applied } && end.Outcome?.Rollout != UndoRollout.Healthy)
                violations.Add($"the rollout is told to be {end.Outcome?.Rollout}");

            string[] wanted = end is null ? [] : ["undo.requested", "undo.approved", "undo.applied", .. _story.Records, "rollout.healthy"];
            var attempts = events.Count(name => name == "undo.executing");
            if (wanted.Any(name => events.Count(each => each == name) != 1) || attempts > fences + 1 || (end is not null && attempts == 0))
                violations.Add($"the audit has {string.Join(", ", events)}");
            return violations;
        }

        // Whatever died when: paused once, by this request, and nothing else of it was changed.
        private async Task<IEnumerable<string>> OwnerViolationsAsync(Whereabouts where, List<string> events)
        {
            var owner = await _cluster.KubectlAsync($"get application {where.Name} -o jsonpath={{.spec}}{{.metadata.generation}}");
            return owner == """{"syncPolicy":{"automated":{"enabled":false,"prune":true,"selfHeal":true}}}2"""
                && events.IndexOf("undo.owner_paused") < events.IndexOf("undo.applied")
                    ? []
                    : [$"the owner is {owner} after {string.Join(", ", events)}"];
        }

        private bool AreThere(string workloads) =>
            JsonDocument.Parse(workloads).RootElement.GetProperty("items").EnumerateArray().All(item =>
                item.Text("metadata", "generation") == item.Text("status", "observedGeneration") && _story.IsThere(item));
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
    private protected override IEnumerable<string> Tried(IEnumerable<string> points) =>
        points.Where(point => point.Contains("commit", StringComparison.Ordinal));
}

public sealed class CrashesOnARealControlPlane : CrashRules
{
    internal override StoreKind Store => StoreKind.Sqlite;

    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}

/// <summary>The successor of a process that died before it had sent the patch: it fences, and carries the request out.</summary>
public abstract class SuccessorCrashRules : CrashRules
{
    internal override StoreKind Store => StoreKind.Sqlite;

    internal override string FirstDeath => $"before PATCH {Story.Plural}#2";
}

public sealed class SuccessorCrashesOnThePracticeCluster : SuccessorCrashRules
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class SuccessorCrashesOnARealControlPlane : SuccessorCrashRules
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}

/// <summary>The successor of a process that died before it had recorded that the patch arrived: it fences, and finds it.</summary>
public sealed class FinderCrashesOnARealControlPlane : CrashRules
{
    internal override StoreKind Store => StoreKind.Sqlite;

    internal override string FirstDeath => $"after PATCH {Story.Plural}#2";

    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}

/// <summary>
/// A process that is stopped beyond its lease, at any step up to the record that its patch is applied, and goes on when its successor has
/// carried the undo out: whatever it was about to do is done already or refused. Not within a transaction, where it would keep the store's
/// lock, and nobody could do anything before it goes on.
/// </summary>
public abstract class StoppedProcessRules : CrashRules
{
    internal override StoreKind Store => StoreKind.Sqlite;

    internal override bool IsOnlyStopped => true;

    private protected override IEnumerable<string> Tried(IEnumerable<string> points) => points
        .SkipWhile(point => point != "after the commit#1")
        .TakeWhile(point => point != "before POST events#1")
        .Where(point => !point.StartsWith("before the commit", StringComparison.Ordinal));
}

public sealed class StoppedProcessesOnThePracticeCluster : StoppedProcessRules
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class StoppedProcessesOnARealControlPlane : StoppedProcessRules
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}

/// <summary>The steps from the patch on, at which a stuck pod is deleted; those before are as a Deployment's.</summary>
public abstract class StuckPodCrashRules : CrashRules
{
    internal override StoreKind Store => StoreKind.Sqlite;

    internal override CrashStory Story => CrashStory.OfAStuckStatefulSet;

    private protected override IEnumerable<string> Tried(IEnumerable<string> points)
    {
        var tried = points.SkipWhile(point => point != "after PATCH statefulsets#2").ToList();
        Assert.Contains("before DELETE pods#1", tried);
        Assert.Contains("after DELETE pods#1", tried);
        return tried;
    }
}

public sealed class StuckPodCrashesOnThePracticeCluster : StuckPodCrashRules
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class StuckPodCrashesOnARealControlPlane : StuckPodCrashRules
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}

/// <summary>The steps at which an owner is paused, up to the patch; the others are as without one.</summary>
public abstract class OwnerPauseCrashRules : CrashRules
{
    internal override StoreKind Store => StoreKind.Sqlite;

    internal override CrashStory Story => CrashStory.OfAnOwnedDeployment;

    private protected override IEnumerable<string> Tried(IEnumerable<string> points)
    {
        var tried = points
            .SkipWhile(point => point != "after PATCH deployments#1")
            .TakeWhile(point => point != "before POST events#1")
            .ToList();
        Assert.Contains("before PATCH applications#2", tried);
        Assert.Contains("after PATCH applications#2", tried);
        return tried;
    }
}

public sealed class OwnerPauseCrashesOnThePracticeCluster : OwnerPauseCrashRules
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class OwnerPauseCrashesOnARealControlPlane : OwnerPauseCrashRules
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealWithOwnersAsync();
}
