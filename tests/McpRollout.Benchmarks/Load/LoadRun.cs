using System.Text.Json.Nodes;
using McpRollout.Processes;

namespace McpRollout.Benchmarks.Load;

/// <summary>
/// Several replicas on one PostgreSQL, with agents that ask and people who decide, while replicas and the database are killed; then whether
/// nothing was lost and nothing happened twice, by the cluster, the store, the audit and what everybody was told.
/// </summary>
internal static class LoadRun
{
    private static readonly TimeSpan UntilQuiet = TimeSpan.FromMinutes(2);

    // Nobody is refused for asking too much: a minute's limit for each caller stays (120 calls for each replica).
    private static readonly string[] Settings =
    [
        "--Approvals:Read=approvers", "--Approvals:RequestLifetime=00:01:00", "--Limits:OpenRequests=10000",
        "--Limits:OpenRequestsPerRequester=10000", "--Limits:RequestsPerMinute=10000", "--Logging:LogLevel:Default=Warning",
    ];

    /// <summary>Runs it; the exit code.</summary>
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("mcp-rollout-load-").FullName;
        await using var database = await Database.StartAsync();
        await using var workloads = await Workloads.StartAsync(options.Workloads);
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, workloads.Kubeconfig);
        var site = new Uri($"http://localhost:{FreePort.Next()}");
        string[] settings =
        [
            $"--Cluster:Kubeconfig={kubeconfig}", "--Cluster:Context=practice", $"--Storage:Postgres={database.Settings}",
            $"--Approvals:PublicUrl={site.GetLeftPart(UriPartial.Authority)}", .. Settings, .. Agents.Settings(options.Agents),
        ];
        List<Replica> replicas =
            [.. Enumerable.Range(0, options.Replicas).Select(number => new Replica(options.Program, number, folder, settings))];
        try
        {
            var (journal, tally) = (new Journal(), new Tally());
            using var address = new Address(replicas, site, tally);
            using var approvers = new Approvers(address, site, journal, tally);
            await approvers.EnrolAsync(options.Approvers, [.. settings, $"--Audit:File={Path.Combine(folder, "terminal", "audit.jsonl")}"]);
            replicas.ForEach(replica => replica.Start());
            await Task.WhenAll(replicas.Select(replica => replica.ServesAsync()));

            using var killer = new Killer(options, replicas, database);
            var usage = new Usage(replicas, database);
            var (began, agents) = (DateTimeOffset.UtcNow, new Agents(options, address, approvers, workloads, journal, tally));
            using (var stop = new CancellationTokenSource())
            {
                Task[] beside = [killer.RunAsync(stop.Token), usage.RunAsync(stop.Token), TellAsync(journal, stop.Token)];
                var deciding = approvers.RunAsync();
                await agents.RunAsync();
                approvers.Complete();
                await deciding;
                await stop.CancelAsync();
                await Task.WhenAll(beside);
            }

            var endless = await QuietAsync(database, replicas);
            var facts = await FactsAsync(journal, database, workloads, replicas[0]);
            Figures.Print(options, facts, killer, database, usage, began);
            Console.WriteLine($"Seed {options.Seed}; {workloads.Requests} requests to the cluster. What clients met:");
            foreach (var (what, times) in tally.Most.Take(25))
                Console.WriteLine($"- {times} times {what}");
            return Judge([.. endless, .. Truth.Violations(facts), .. await OfReplicasAsync(replicas)], folder);
        }
        finally
        {
            foreach (var replica in replicas)
                await replica.DisposeAsync();
        }
    }

    private static int Judge(List<string> violations, string folder)
    {
        Console.WriteLine(violations.Count == 0
            ? "Nothing was lost, nothing happened twice, and each request has one outcome."
            : $"{violations.Count} VIOLATIONS; logs and audits are in {folder}:");
        violations.Take(50).ToList().ForEach(Console.WriteLine);
        if (violations.Count == 0)
            Directory.Delete(folder, recursive: true);
        return violations.Count == 0 ? 0 : 1;
    }

    /// <summary>Waits until no request is under way and each replica's audit file has all records; what never came to be.</summary>
    private static async Task<List<string>> QuietAsync(Database database, List<Replica> replicas)
    {
        var until = DateTimeOffset.UtcNow + UntilQuiet;
        while (true)
        {
            var unfinished = (await database.RowsAsync("SELECT count(*) FROM requests WHERE finished = 0", row => row.GetInt64(0)))[0];
            var last = (await database.RowsAsync("SELECT max(seq) FROM audit", row => row.GetInt64(0)))[0];
            var behind = replicas.Where(replica => !File.Exists(replica.AuditFile)
                || (long)JsonNode.Parse(File.ReadLines(replica.AuditFile).Last())!["seq"]! != last).ToList();
            if (unfinished == 0 && behind.Count == 0)
                return [];
            if (DateTimeOffset.UtcNow > until)
                return
                [
                    $"{unfinished} requests are unfinished, and {behind.Count} audit files are behind, {UntilQuiet.TotalMinutes:0} minutes "
                        + "after the last call.",
                ];
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    private static async Task<Facts> FactsAsync(Journal journal, Database database, Workloads workloads, Replica replica) => new(
        journal,
        (await database.RowsAsync("SELECT id, body FROM requests", row => (Id: row.GetString(0), Body: row.GetString(1))))
            .ToDictionary(row => row.Id, row => (string)JsonNode.Parse(row.Body)!["state"]!),
        workloads.AcceptedPatches(),
        await workloads.RevisionsAsync(),
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(replica.AuditFile)!, "audit*.jsonl")
            .Where(file => !file.Contains("checkpoints", StringComparison.Ordinal)).SelectMany(File.ReadLines).Select(Read)]);

    private static AuditedEvent Read(string line)
    {
        var record = JsonNode.Parse(line)!;
        return new AuditedEvent(
            (string)record["event"]!,
            (string?)record["request_id"] ?? "",
            (DateTimeOffset)record["time"]!,
            (string?)record["actor"]?["name"] ?? "");
    }

    private static async Task<List<string>> OfReplicasAsync(List<Replica> replicas)
    {
        var violations = new List<string>();
        foreach (var (number, replica) in replicas.Index())
        {
            if (replica.EndedByItself > 0)
                violations.Add($"Replica {number} ended {replica.EndedByItself} times without having been killed: see {replica.Log}.");
            if (await replica.StopAsync() is not 0 and var exitCode)
                violations.Add($"Replica {number} was told to end and did with {exitCode}.");
            if (await replica.RunAsync("audit", "verify") is (not 0, var said))
                violations.Add($"The audit of replica {number} does not hold: {said}");
        }

        return violations;
    }

    private static async Task TellAsync(Journal journal, CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10));
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await Console.Error.WriteLineAsync($"{journal.Ends.Count} of {journal.Accepted.Count} accepted are at their end");
        }
        catch (OperationCanceledException)
        {
        }
    }
}
