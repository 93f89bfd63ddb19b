using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Processes;
using McpRollout.Rollouts.Json;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Cases;
using McpRollout.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Tests.Executor;

/// <summary>A hundred people and agents at once, in several processes on one store.</summary>
public class RushRules
{
    private const int Servers = 4;
    private const int EachActs = 25;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [Proves(Hazard.CrowdHasOneOutcome)]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    internal async Task AHundredDecisionsAtOnceFromSeveralProcessesHaveOneOutcomeAndAtMostOneWrite(StoreKind kind)
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        var folder = Directory.CreateTempSubdirectory("mcp-rollout-rush-").FullName;
        var storage = TempStore.StorageIn(folder, kind);
        var where = new Whereabouts(
            storage.Path,
            storage.Postgres,
            Path.Combine(folder, "audit.jsonl"),
            cluster.Kubeconfig,
            cluster.Context,
            cluster.Namespace,
            "web");
        try
        {
            var request = await PrepareAsync(where);
            var outputs = await RushAsync(where, request.Id);
            var end = await EndAsync(where, request.Id);

            Assert.Equal(Enumerable.Repeat($"ended {end.State}", Servers),
                outputs.Select(output => output.Last(line => line.StartsWith("ended ", StringComparison.Ordinal))));
            Assert.True(end.State is RequestState.Applied or RequestState.Denied or RequestState.Cancelled, $"{end.State}");
            Assert.Equal(end.State == RequestState.Applied ? "app:1" : "app:2", await cluster.ImageAsync("deployment"));
            Assert.Equal(end.State == RequestState.Applied ? 1 : 0, cluster.WritesBy("mcp-rollout"));
            Assert.Equal(end.Decisions.Count, outputs.Sum(output => output.Count(line => line == "decision Recorded")));

            var events = EventsOf(where, request.Id);
            Assert.Equal(end.Decisions.Count, events.Count(each => each is "undo.approved" or "undo.denied"));
            Assert.Single(events, each => each is "undo.applied" or "undo.denied" or "undo.cancelled");
            Assert.True(AuditVerifier.VerifyFile(where.AuditFile).Holds);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            await PostgresServer.DropAsync(storage);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<UndoRequest> PrepareAsync(Whereabouts where)
    {
        await using var services = where.Compose().BuildServiceProvider();
        foreach (var name in Enumerable.Range(0, EachActs).Select(Rush.ApproverOf).Distinct())
        {
            await services.GetRequiredService<ApproverDirectory>().AddAsync(
                name, [], Whereabouts.Passphrase, AuditActor.Human("root", "terminal"), Cancelled);
        }

        return await Life.AskAsync(services, where, Cancelled);
    }

    private static async Task<UndoRequest> EndAsync(Whereabouts where, string id)
    {
        await using var services = where.Compose().BuildServiceProvider();
        await services.GetRequiredService<IAuditSink>().CatchUpAsync(Cancelled);
        return (await services.GetRequiredService<ApprovalBroker>().FindAsync(id, Cancelled))!;
    }

    private static async Task<IReadOnlyList<IReadOnlyList<string>>> RushAsync(Whereabouts where, string id)
    {
        var program = BuiltProgram.Processes;
        var arguments = new[] { "rush" }.Concat(where.ToArguments()).Concat([id, EachActs.ToString(CultureInfo.InvariantCulture)]).ToList();
        var processes = Enumerable.Range(0, Servers).Select(_ => Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!).ToList();
        foreach (var process in processes)
            Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(Cancelled));
        foreach (var process in processes)
            process.StandardInput.Close();
        var outputs = await Task.WhenAll(processes.Select(process => process.StandardOutput.ReadToEndAsync(Cancelled)));
        foreach (var process in processes)
        {
            await process.WaitForExitAsync(Cancelled);
            Assert.Equal(0, process.ExitCode);
            process.Dispose();
        }

        return [.. outputs.Select(output => output.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
    }

    private static List<string> EventsOf(Whereabouts where, string id) =>
    [
        .. File.ReadLines(where.AuditFile)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(record => record.Text("request_id") == id)
            .Select(record => record.Text("event")!),
    ];
}
