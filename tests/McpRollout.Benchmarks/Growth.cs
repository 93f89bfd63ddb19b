using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Hosting;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Benchmarks;

/// <summary>From the recorded decision to the recorded answer of the cluster, by the audit's own times: all that is durable in between is
/// in it.</summary>
internal static class ClickToPatch
{
    public static async Task<double[]> MeasureAsync(Subject subject, Server server, int runs)
    {
        for (var run = 0; run < runs; run++)
        {
            var revisions = (await server.HistoryAsync()).GetProperty("revisions");
            var asked = await server.CallAsync("k8s_rollout_undo", new
            {
                resource_type = "deployment",
                @namespace = Subject.Namespace,
                name = "web",
                to_revision = revisions[1].GetProperty("revision").GetInt64(),
                current_revision = revisions[0].GetProperty("revision").GetInt64(),
                reason = "A measurement.",
                wait_seconds = 0,
            });
            var id = asked.GetProperty("request_id").GetString()!;
            await server.ApproveAsync(id);
            while ((await server.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 50 })).GetProperty("outcome")
                .GetProperty("rollout").GetString() == "progressing")
            {
            }
        }

        var records = File.ReadLines(subject.AuditFile).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        return
        [
            .. records.Where(record => Event(record) == "undo.applied").Select(applied => (TimeOf(applied) - TimeOf(records.Single(
                record => Event(record) == "undo.approved" && IdOf(record) == IdOf(applied)))).TotalMilliseconds),
        ];
    }

    private static string? Event(JsonElement record) => record.GetProperty("event").GetString();

    private static string? IdOf(JsonElement record) => record.GetProperty("request_id").GetString();

    private static DateTimeOffset TimeOf(JsonElement record) => record.GetProperty("time").GetDateTimeOffset();
}

/// <summary>A history where the namespace holds many ReplicaSets of others.</summary>
internal static class CrowdedNamespace
{
    public static readonly int[] Sizes = [10, 100, 1000, 5000];

    public static async Task FillAsync(Subject subject, int from, int to)
    {
        foreach (var chunk in Enumerable.Range(from, to - from).Chunk(500))
            await subject.ApplyAsync(string.Join("\n---\n", chunk.Select(Manifest)));
    }

    /// <summary>The median of one after the other, and how long so many at once take together.</summary>
    public static async Task<(double One, double TwoHundred)> MeasureAsync(Server server, int runs)
    {
        await server.HistoryAsync();
        var alone = new double[runs];
        for (var run = 0; run < runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            await server.HistoryAsync();
            alone[run] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        var together = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => server.HistoryAsync()));
        return (Table.Median(alone), Stopwatch.GetElapsedTime(together).TotalMilliseconds);
    }

    private static string Manifest(int number) => $$"""
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: other-{{number}}}
        spec:
          replicas: 0
          selector: {matchLabels: {other: "{{number}}"} }
          template:
            metadata: {labels: {other: "{{number}}"} }
            spec: {containers: [{name: app, image: 'app:1'}]}
        """;
}

/// <summary>The inbox, and an agent's question about one request, while so many are open.</summary>
internal static class OpenRequests
{
    public static readonly int[] Sizes = [10, 100, 1000];

    /// <summary>Settings by which nobody is refused for asking too much.</summary>
    public static readonly string[] Limits = ["--Limits:OpenRequests=10000", "--Limits:OpenRequestsPerRequester=10000",
        "--Limits:RequestsPerMinute=10000"];

    /// <summary>Asks for the undo of workloads that nobody ever carries out: what is measured is the keeping.</summary>
    public static async Task FillAsync(Subject subject, int from, int to)
    {
        await using var services = new ServiceCollection().AddProduct(Settings.Read([.. subject.Settings, .. Limits]))
            .BuildServiceProvider();
        var identity = (await services.GetRequiredService<IClusterReader>().IdentifyAsync(CancellationToken.None)).Value!;
        for (var number = from; number < to; number++)
            await services.GetRequiredService<ApprovalBroker>().OpenAsync(Request(identity, number), null, CancellationToken.None);
    }

    public static async Task<(double Inbox, double Status, Memory Memory)> MeasureAsync(Server server, int runs)
    {
        await server.PageAsync();
        var (inbox, status) = (new double[runs], new double[runs]);
        for (var run = -runs; run < runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            await server.InboxAsync();
            var shown = Stopwatch.GetTimestamp();
            await server.CallAsync("k8s_rollout_undo_status", new { request_id = IdOf(0), wait_seconds = 0 });
            if (run >= 0)
                (inbox[run], status[run]) = (Stopwatch.GetElapsedTime(started, shown).TotalMilliseconds,
                    Stopwatch.GetElapsedTime(shown).TotalMilliseconds);
        }

        return (Table.Median(inbox), Table.Median(status), server.Memory());
    }

    private static string IdOf(int number) => $"undo-kept{number:D8}";

    private static UndoRequest Request(ClusterIdentity cluster, int number) => new()
    {
        Id = IdOf(number),
        State = RequestState.Pending,
        Plan = new UndoPlan(
            cluster.Name,
            cluster.Server,
            ResourceType.Deployment,
            Subject.Namespace,
            $"kept-{number}",
            $"uid-{number}",
            2,
            1,
            new string('a', 64),
            new string('b', 64)),
        Requester = new Requester("benchmark", "benchmark 1"),
        Reason = "It fails since the release, and the one before served for three days without an error.",
        CreatedAt = DateTimeOffset.UtcNow,
        ExpiresAt = DateTimeOffset.UtcNow.AddHours(1),
        Changes = ["image of app changed from app:1 to app:2"],
    };
}

/// <summary>Verifying an audit file of so many records.</summary>
internal static class LongAudit
{
    public static readonly int[] Sizes = [10_000, 100_000, 1_000_000];

    /// <summary>Writes so many records, each with the hash of the one before, and signs the last.</summary>
    public static void Write(string path, int records)
    {
        var draft = new AuditDraft(
            AuditEvent.UndoRequested,
            new AuditActor(ActorKind.Agent, "mira", "benchmark 1"),
            "undo-000000000000",
            Detail: new JsonObject
            {
                ["reason"] = "It fails since the release, and the one before served for three days without an error.",
            });
        var prev = AuditChain.Start;
        using (var file = new StreamWriter(path, append: false))
        {
            for (long seq = 1; seq <= records; seq++)
            {
                var entry = AuditChain.Append(draft, seq, prev, DateTimeOffset.UnixEpoch.AddSeconds(seq));
                prev = entry.Hash;
                file.Write(entry.Line);
                file.Write('\n');
            }
        }

        using var checkpoints = new CheckpointLog(new AuditPaths(path), TimeProvider.System);
        checkpoints.Sign(new AuditPosition(records, prev), part: null);
    }

    /// <summary>How long it takes, and the most memory that it had meanwhile.</summary>
    public static async Task<(double Milliseconds, double Mebibytes)> VerifyAsync(string program, string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, ["audit", "verify", "--file", path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var most = 0L;
        while (!process.WaitForExit(20))
        {
            process.Refresh();
            most = Math.Max(most, process.PeakWorkingSet64);
        }

        return process.ExitCode == 0
            ? (Stopwatch.GetElapsedTime(started).TotalMilliseconds, most / 1048576.0)
            : throw new InvalidOperationException($"audit verify: {await output}{await errors}");
    }
}
