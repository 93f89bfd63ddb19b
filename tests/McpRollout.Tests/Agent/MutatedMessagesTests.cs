using System.Diagnostics;
using System.Text;
using System.Text.Json;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Mutations;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Agent;

/// <summary>Half of the hundred thousand; the other half goes to the approval page.</summary>
public sealed class MutatedMessagesTests
{
    private const int Count = 50_000;
    private const string LastId = "the-last-one";

    private const int MostAsked = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private static readonly byte[] Question = Encoding.UTF8.GetBytes(
        $$$"""
        {"jsonrpc":"2.0","id":"{{{LastId}}}","method":"tools/call","params":{"name":"k8s_rollout_history","arguments":{"resource_type":"deployment","namespace":"shop","name":"checkout"} } }

        """);

    private const long MostMemory = 700L << 20;

    private static readonly string[] Samples =
    [
        """{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}"""
            + ""","clientInfo":{"name":"m","version":"1"}}}""",
        """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
        """{"jsonrpc":"2.0","id":8,"method":"ping"}""",
        """{"jsonrpc":"2.0","id":"a","method":"tools/list"}""",
        """{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"k8s_rollout_history","arguments":"""
            + """{"resource_type":"deployment","namespace":"shop","name":"checkout","limit":2}}}""",
        """{"jsonrpc":"2.0","id":10,"method":"tools/call","params":{"name":"k8s_rollout_status","arguments":"""
            + """{"resource_type":"statefulset","namespace":"shop","name":"nothing"}}}""",
        """{"jsonrpc":"2.0","id":11,"method":"tools/call","params":{"name":"k8s_rollout_undo","arguments":"""
            + """{"resource_type":"replicaset","namespace":"shop","to_revision":1,"reason":""}}}""",
        """{"jsonrpc":"2.0","id":12,"method":"tools/call","params":{"name":"k8s_rollout_undo_status","arguments":"""
            + """{"request_id":"undo-000000000000"},"_meta":{"progressToken":1}}}""",
        """{"jsonrpc":"2.0","id":13,"method":"tools/call","params":{"name":"k8s_rollout_undo_cancel","arguments":"""
            + """{"request_id":"undo-1","reason":"x"}}}""",
        """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9,"reason":"x"}}""",
        """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}""",
        """{"jsonrpc":"2.0","id":14,"method":"resources/list","params":{}}""",
        """{"jsonrpc":"2.0","id":15,"result":{}}""",
        """{"jsonrpc":"2.0","id":16,"error":{"code":-32000,"message":"x"}}""",
    ];

    private static readonly string[] Awkward =
    [
        "", " ", "null", "1", "\"text\"", "[]", "{}", "[[[]]]", "nonsense", "\ufeff{}",
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{new string('[', 20_000)}",
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":"
            + $"{string.Concat(Enumerable.Repeat("{\"a\":", 5_000))}1{new string('}', 5_001)}",
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"k8s_rollout_history\","
            + $"\"arguments\":{{\"name\":\"{new string('x', 1 << 20)}\"}}}}}}",
        $"{{\"jsonrpc\":\"2.0\",\"id\":\"{new string('i', 1 << 16)}\",\"method\":\"ping\"}}",
        """{"jsonrpc":"2.0","id":1,"id":2,"method":"ping","method":"tools/list"}""",
        """[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"k8s_rollout_history","arguments":[1]}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"k8s_rollout_history","arguments":{"\ud800":1"""
            + ""","name":"\udc00"}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\ud800","arguments":{}}}""",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task TheServerAnswersAfterFiftyThousandOfThemAndSaysNothingThatIsNotMcp() => TestSeed.TellAsync(AnswersAsync);

    private static async Task AnswersAsync()
    {
        using var folder = await StateFolder.CreateAsync();
        string[] arguments = [.. folder.Settings, "--Cluster:Sandbox=true", "--Logging:LogLevel:Default=None"];
        using var server = Process.Start(new ProcessStartInfo(BuiltProgram.Path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = server.StandardError.ReadToEndAsync(Cancelled);
        var answers = await ReadAsync(server, Task.Run(() => SendAsync(server.StandardInput.BaseStream), Cancelled));
        await server.WaitForExitAsync(Cancelled);

        TestReport.Add($"MutatedMessagesTests: seed {TestSeed.Value}, {Count} messages, {answers.Count} answers, {answers.Memory >> 20} "
            + $"MiB, then a sensible question asked {answers.Asked} times.");
        Assert.True(answers.Last.Contains("\"current_revision\":4", StringComparison.Ordinal), $"{answers.Last}\n{await errors}");
        Assert.InRange(answers.Count, Count / 10, Count * 2);
        Assert.InRange(answers.Memory, 0, MostMemory);
        Assert.Equal(0, server.ExitCode);
    }

    private static async Task SendAsync(Stream stream)
    {
        var mutator = new Mutator(TestSeed.Value);
        var buffered = new BufferedStream(stream, 1 << 16);
        for (var sent = 0; sent < Count; sent++)
        {
            var line = mutator.Random.Next(1000) == 0
                ? Encoding.UTF8.GetBytes(mutator.Pick(Awkward))
                : mutator.Mutate(mutator.Pick(Samples));
            foreach (var piece in line.AsSpan().Split((byte)'\n'))
                buffered.Write(line.AsSpan()[piece]);
            buffered.WriteByte((byte)'\n');
        }

        await buffered.WriteAsync(Question, Cancelled);
        await buffered.FlushAsync(Cancelled);
    }

    // While thousands of calls are under way on a busy machine, the cluster may well be left alone for some seconds, and the answer says
    // so: asked again, it comes. To the end of the output: a server whose answers nobody reads cannot finish.
    private static async Task<(int Count, string Last, int Asked, long Memory)> ReadAsync(Process server, Task sending)
    {
        var (count, last, asked, memory) = (0, "", 1, 0L);
        while (await server.StandardOutput.ReadLineAsync(Cancelled) is { } line)
        {
            count++;
            var answer = JsonElement.Parse(line);
            Assert.Equal("2.0", answer.GetProperty("jsonrpc").GetString());
            if (!answer.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String || id.GetString() != LastId)
                continue;

            await sending;
            last = line;
            // While thousands of calls are under way on a busy machine, the cluster may well be left alone for some seconds, and the answer
            // says so.
            if (asked < MostAsked && line.Contains("\"isError\":true", StringComparison.Ordinal))
            {
                asked++;
                await Task.Delay(Pause, Cancelled);
                await server.StandardInput.BaseStream.WriteAsync(Question, Cancelled);
                await server.StandardInput.BaseStream.FlushAsync(Cancelled);
                continue;
            }

            server.Refresh();
            memory = server.WorkingSet64;
            server.StandardInput.Close();
        }

        return (count, last, asked, memory);
    }
}
