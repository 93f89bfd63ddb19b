using System.Globalization;
using McpRollout.Benchmarks;
using McpRollout.Benchmarks.Load;

// Usage: dotnet run -c Release --project tests/McpRollout.Benchmarks [-- PROGRAM], with a published mcp-rollout; without one it measures
// the build's own. Measures against the cluster of KUBECONFIG and ROLLOUT_TEST_CONTEXT if both are set, else against a practice cluster of
// its own. With the words "recovery PROCESSES" it kills an undo at every step instead, and times its successor; PROCESSES is a published
// mcp-rollout-processes, and two machines are measured if ROLLOUT_TEST_POSTGRES names a PostgreSQL. With the words "load PROGRAM" it has
// several replicas of PROGRAM serve many agents and people while they and their PostgreSQL are killed, and ends with exit code 1 if
// anything was lost or happened twice; LoadOptions has what may follow. With the words "clusters PROGRAM" it has PROGRAM serve more and
// more practice clusters.
const int runs = 20;
if (args is ["load", var served, .. var sizes])
{
    Environment.ExitCode = await LoadRun.RunAsync(LoadOptions.Read(served, sizes));
    return;
}

if (args is ["clusters", var asked])
{
    await ManyClusters.RunAsync(asked);
    return;
}

if (args is ["recovery", var processes])
{
    await Recovery.RunAsync(processes);
    return;
}

await using var subject = await Subject.PrepareAsync(args is [var named] ? named : Path.Combine(AppContext.BaseDirectory, "mcp-rollout"));
Console.WriteLine($"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, .NET "
    + $"{Environment.Version}, {subject.ClusterName}; median of {runs} runs.");
Console.WriteLine();

var speed = new Table();
const string start = "cold start to the answer of `tools/list`";
List<(string Name, string Command, string[] Arguments)> started =
[
    ("mcp-rollout", subject.Program, subject.Settings),
    .. Peers.Installed().Select(peer => (peer.Name, peer.Command, Array.Empty<string>())),
];
var starts = await Turns.MeasureAsync(runs, [.. started.Select<(string, string Command, string[] Arguments), Func<Task<double>>>(
    each => () => ColdStart.ToToolsAsync(each.Command, each.Arguments))]);
foreach (var (at, each) in started.Index())
    speed.Add(start, each.Name, starts[at]);

const string first = "cold start to the answer of a history";
var firsts = await Turns.MeasureAsync(
    runs, [() => ColdStart.ToHistoryAsync(subject.Program, subject.Settings), () => KubectlHistory.OnceAsync(subject)]);
speed.Add(first, "mcp-rollout", firsts[0]);
speed.Add(first, "`kubectl rollout history`", firsts[1]);

const string history = "history of 10 revisions, warm";
var warm = await WarmHistory.MeasureAsync(subject, runs * 10);
speed.Add(history, "its six HTTP requests alone", warm.Http);
speed.Add(history, "`k8s_rollout_history`", warm.Tool);
var overhead = Table.Median(warm.Tool) / Table.Median(warm.Http);
const double mostOverhead = 1.5;
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"Warm history: {overhead:0.00} times its requests, of at most {mostOverhead:0.0}."));
Environment.ExitCode = overhead <= mostOverhead ? 0 : 1;

var memory = new List<(string When, Memory Memory)>();
await using (var server = await Server.StartAsync(subject))
{
    await server.HistoryAsync();
    await Task.Delay(TimeSpan.FromSeconds(3));
    memory.Add(("idle after one history", server.Memory()));
    var clicks = await ClickToPatch.MeasureAsync(subject, server, runs * 2);
    speed.Add("decision on record to patch accepted", "mcp-rollout", clicks);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Decision on record to patch accepted: 99th percentile "
        + $"{clicks.Order().ElementAt((int)(clicks.Length * 0.99)):0} ms of {clicks.Length}."));
    memory.Add(("page in use, after 40 undos", server.Memory()));
}

Console.WriteLine();
speed.Print();
Console.WriteLine();
Console.WriteLine("| memory | proportional set size | written by the process |");
Console.WriteLine("| --- | ---: | ---: |");
foreach (var (when, used) in memory)
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {when} | {used.Proportional:0} MiB | {used.Written:0} MiB |"));

Console.WriteLine();
Console.WriteLine("| ReplicaSets of others in the namespace | warm history, median | 200 histories at once |");
Console.WriteLine("| ---: | ---: | ---: |");
var filled = 0;
var histories = new List<(int Size, double Milliseconds)>();
foreach (var size in CrowdedNamespace.Sizes)
{
    await CrowdedNamespace.FillAsync(subject, filled, size);
    filled = size;
    await using var crowded = await Server.StartAsync(subject);
    var (one, many) = await CrowdedNamespace.MeasureAsync(crowded, runs * 2);
    histories.Add((size, one));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {size} | {one:0.0} ms | {many:0} ms |"));
}

Table.PrintCurve("Warm history among so many ReplicaSets of others", "ms", histories);

Console.WriteLine();
Console.WriteLine("| open requests | inbox | `k8s_rollout_undo_status` | proportional set size |");
Console.WriteLine("| ---: | ---: | ---: | ---: |");
var open = 0;
var inboxes = new List<(int Size, double Milliseconds)>();
foreach (var size in OpenRequests.Sizes)
{
    await OpenRequests.FillAsync(subject, open, size);
    open = size;
    await using var server = await Server.StartAsync(subject);
    var (inbox, status, used) = await OpenRequests.MeasureAsync(server, runs);
    inboxes.Add((size, inbox));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {size} | {inbox:0.0} ms | {status:0.0} ms | {used.Proportional:0} MiB |"));
}

Table.PrintCurve("The inbox with so many open requests", "ms", inboxes);

Console.WriteLine();
Console.WriteLine("| audit records | `audit verify` | most memory |");
Console.WriteLine("| ---: | ---: | ---: |");
var verified = new List<(int Size, double Seconds)>();
foreach (var size in LongAudit.Sizes)
{
    var file = subject.FileOf($"long-{size}.jsonl");
    LongAudit.Write(file, size);
    var (milliseconds, mebibytes) = await LongAudit.VerifyAsync(subject.Program, file);
    verified.Add((size, milliseconds / 1000));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {size} | {milliseconds / 1000:0.0} s | {mebibytes:0} MiB |"));
}

Table.PrintCurve("Verifying so many audit records", "s", verified);
