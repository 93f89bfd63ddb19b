using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace McpRollout.Benchmarks.Load;

/// <summary>Agents with a token each, which ask for undos over HTTP and follow each to its end, one at a time.</summary>
internal sealed partial class Agents
{
    private const string Asking = "undo asked for";

    private readonly LoadOptions _options;
    private readonly Address _address;
    private readonly Approvers _approvers;
    private readonly Journal _journal;
    private readonly Tally _tally;
    private readonly ConcurrentQueue<WorkloadName> _free;
    private int _asked;

    public Agents(LoadOptions options, Address address, Approvers approvers, Workloads workloads, Journal journal, Tally tally)
    {
        (_options, _address, _approvers, _journal, _tally) = (options, address, approvers, journal, tally);
        _free = new(workloads.All);
    }

    /// <summary>The settings by which replicas know them.</summary>
    public static IEnumerable<string> Settings(int count) => Enumerable.Range(0, count).SelectMany(number => new[]
    {
        $"--Approvals:Agents:{number}:Name=agent-{number}", $"--Approvals:Agents:{number}:OverHttp=true",
        $"--Approvals:Agents:{number}:TokenSha256={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TokenOf(number))))}",
    });

    /// <summary>Completes when all that are asked for are at their end.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, _options.Agents).Select(agent => Task.Run(async () =>
    {
        var began = Stopwatch.GetTimestamp();
        while ((_options.Minutes == 0 || Stopwatch.GetElapsedTime(began).TotalMinutes < _options.Minutes)
            && Interlocked.Increment(ref _asked) is var number && number <= _options.Requests)
        {
            _free.TryDequeue(out var workload);
            await UndoAsync(TokenOf(agent), workload, FateOf(number));
            _free.Enqueue(workload);
        }
    })));

    // In 100: 84 approved, 6 denied, 4 contested, 2 taken back, 2 taken back late, 2 forgotten.
    private static Fate FateOf(int number) => (number % 50) switch
    {
        0 => Fate.Forgotten,
        10 => Fate.Cancelled,
        20 => Fate.CancelledLate,
        5 or 25 => Fate.Contested,
        15 or 30 or 45 => Fate.Denied,
        _ => Fate.Approved,
    };

    private static string TokenOf(int agent) => $"load-agent-{agent.ToString("D20", CultureInfo.InvariantCulture)}";

    private async Task UndoAsync(string token, WorkloadName workload, Fate fate)
    {
        var id = await AskAsync(token, workload, fate);
        _journal.Accepted[id] = (fate, workload);
        if (fate is not (Fate.Cancelled or Fate.Forgotten))
            _approvers.Tell(id, fate);
        if (fate is Fate.Cancelled or Fate.CancelledLate)
            await CallAsync(token, "k8s_rollout_undo_cancel", new() { ["request_id"] = id, ["reason"] = "No longer wanted." });
        while (true)
        {
            var (status, refusal) = await CallAsync(
                token, "k8s_rollout_undo_status", new() { ["request_id"] = id, ["wait_seconds"] = 50 });
            if (refusal is not null)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
                continue;
            }

            var (state, rollout) = ((string)status!["state"]!, (string?)status["outcome"]?["rollout"]);
            if (state is "pending" or "approved" or "executing" or "unknown" || rollout is "progressing")
                continue;
            _journal.Outcomes[id] = new ToldOutcome(state, rollout);
            _journal.Ends.Add(DateTimeOffset.UtcNow);
            return;
        }
    }

    /// <summary>Reads the history and asks, until there is a request.</summary>
    private async Task<string> AskAsync(string token, WorkloadName workload, Fate fate)
    {
        while (true)
        {
            var (history, unread) = await CallAsync(token, "k8s_rollout_history", Of(workload));
            var other = history?["revisions"]?.AsArray().FirstOrDefault(each => !(bool)each!["current"]!);
            if (unread is null && other is not null)
            {
                var began = Stopwatch.GetTimestamp();
                var ask = Of(workload);
                ask["to_revision"] = other["revision"]!.DeepClone();
                ask["current_revision"] = history!["current_revision"]!.DeepClone();
                ask["reason"] = $"A run under load, to be {fate}.";
                ask["verify_seconds"] = _options.Verify;
                var (asked, refusal) = await CallAsync(token, "k8s_rollout_undo", ask);
                if (refusal is null)
                {
                    _journal.Took(Asking, Stopwatch.GetElapsedTime(began));
                    return (string)asked!["request_id"]!;
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private static JsonObject Of(WorkloadName workload) => new()
    {
        ["resource_type"] = "deployment",
        ["namespace"] = workload.Namespace,
        ["name"] = workload.Name,
    };

    /// <summary>Calls a tool: what it answered, or with what words it refused.</summary>
    private async Task<(JsonNode? Answer, string? Refusal)> CallAsync(string token, string tool, JsonObject arguments)
    {
        var message = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = "tools/call",
            ["params"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments },
        }.ToJsonString();
        var began = Stopwatch.GetTimestamp();
        var (status, body, _) = await _address.SendAsync(tool, "mcp", () => new HttpRequestMessage(HttpMethod.Post, (Uri?)null)
        {
            Content = new StringContent(message, Encoding.UTF8, "application/json"),
            Headers = { Accept = { new("application/json"), new("text/event-stream") }, Authorization = new("Bearer", token) },
        });
        if (status != HttpStatusCode.OK || ResultIn(body) is not { } result)
            return (null, Refused(tool, $"{(int)status} {body}"));
        if (result["isError"] is { } failed && (bool)failed)
            return (null, Refused(tool, (string)result["content"]![0]!["text"]!));
        if (tool == "k8s_rollout_history")
            _journal.Took("history", Stopwatch.GetElapsedTime(began));
        return (result["structuredContent"], null);
    }

    private string Refused(string tool, string words)
    {
        var same = Numbers().Replace(words, "N");
        _tally.Count($"{tool}: {same[..Math.Min(same.Length, 110)].ReplaceLineEndings(" ")}");
        return words;
    }

    // An answer is JSON, or the last event of a stream.
    private static JsonNode? ResultIn(string body)
    {
        var text = body.StartsWith('{')
            ? body
            : body.Split('\n').LastOrDefault(line => line.StartsWith("data: {", StringComparison.Ordinal))?["data: ".Length..];
        return text is null ? null : JsonNode.Parse(text)?["result"];
    }

    [GeneratedRegex("undo-[a-z0-9]+|[0-9]+")]
    private static partial Regex Numbers();
}
