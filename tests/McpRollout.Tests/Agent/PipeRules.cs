using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Agent;

/// <summary>The program beside a client that does not read, does not stop, or does not end its line.</summary>
public sealed class PipeRules
{
    private const string Hello = """
        {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}
        """;

    // A pipe holds 64 KiB on Linux, the queues of the server less than a megabyte.
    private const int Flood = 30_000;
    private const long MostMemory = 300L << 20;

    // What is under way is little; what it leaves behind lies there until the collector comes.
    private const long MostWithLongLines = 700L << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALogThatNobodyReadsHoldsNothingUp()
    {
        using var folder = await StateFolder.CreateAsync();
        using var server = Start([.. folder.Settings, "--Logging:LogLevel:ModelContextProtocol=Trace"]);
        await SayAsync(server, Hello);
        await HearAsync(server);
        for (var call = 1; call <= Flood / 10; call++)
        {
            await SayAsync(server, Call(call, "k8s_rollout_history", "{}"));
            await HearAsync(server);
        }

        await SayAsync(server, Ping(Flood));
        Assert.Contains($"\"id\":{Flood}", await HearAsync(server), StringComparison.Ordinal);

        var log = server.StandardError.ReadToEndAsync(Cancelled);
        await EndAsync(server, terminates: true);
        Assert.Contains("dropped because of queue size limit", await log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWarningThatRepeatsItselfIsSummedUp()
    {
        using var folder = await StateFolder.CreateAsync();
        using var server = Start(folder.Settings);
        var log = server.StandardError.ReadToEndAsync(Cancelled);
        await ServerProcess.PageIsUpAsync(folder);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");
        for (var post = 0; post < 100; post++)
        {
            using var answer = await http.PostAsync(new Uri(folder.Page, "approvals/undo-0/decision"), null, Cancelled);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        await EndAsync(server);

        var lines = (await log).Split('\n');
        Assert.InRange(lines.Count(line => line.Contains("came from another site was refused", StringComparison.Ordinal)), 1, 30);
        Assert.Contains(lines, line => line.Contains("80 more like this within a minute: A decision that came from another site",
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("tools/list")]
    [InlineData("long lines")]
    public async Task AClientThatDoesNotReadIsNotListenedToAndCostsLittle(string kind)
    {
        using var folder = await StateFolder.CreateAsync();
        using var server = Start([.. folder.Settings, "--Cluster:Sandbox=true"]);
        var sent = await FloodAsync(server, kind);
        server.Refresh();
        TestReport.Add($"PipeRules: {sent} of {kind} taken, {server.WorkingSet64 >> 20} MiB.");

        Assert.InRange(sent, 1, Flood - 1);
        Assert.InRange(server.WorkingSet64, 1, kind == "long lines" ? MostWithLongLines : MostMemory);
        await EndAsync(server, mayBeForced: true);
    }

    [Fact]
    public async Task TheProcessEndsWhenToldToThoughAnswersWaitForAReader()
    {
        using var folder = await StateFolder.CreateAsync();
        using var server = Start([.. folder.Settings, "--Cluster:Sandbox=true"]);
        await FloodAsync(server, "tools/list");

        await EndAsync(server, terminates: true, mayBeForced: true);
    }

    [Fact]
    public async Task ACallThatWaitsDoesNotOutliveItsClientForLong()
    {
        using var folder = await StateFolder.CreateAsync();
        using var server = Start([.. folder.Settings, "--Cluster:Sandbox=true"]);
        await SayAsync(server, Hello);
        await HearAsync(server);
        await SayAsync(server, Call(2, "k8s_rollout_undo_status", await PendingAsync(server)));

        await EndAsync(server);
    }

    [Fact]
    public async Task CallsBeyondTheLimitAreAnsweredBusyAndPingsStillComeThrough()
    {
        using var folder = await StateFolder.CreateAsync();
        using var server = Start([.. folder.Settings, "--Cluster:Sandbox=true"]);
        await SayAsync(server, Hello);
        await HearAsync(server);
        var waits = await PendingAsync(server);
        for (var call = 2; call <= 41; call++)
            await SayAsync(server, Call(call, "k8s_rollout_undo_status", waits));

        for (var busy = 0; busy < 8; busy++)
            Assert.Contains("The server is busy: 32 calls are under way.", await HearAsync(server), StringComparison.Ordinal);
        await SayAsync(server, Ping(99));
        Assert.Contains("\"id\":99", await HearAsync(server), StringComparison.Ordinal);
        await EndAsync(server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ALineWithoutMeasureIsAnsweredWithOneErrorAndNotKept(bool ends)
    {
        using var folder = await StateFolder.CreateAsync();
        using var server = Start(folder.Settings);
        await SayAsync(server, Hello);
        await HearAsync(server);
        var stdin = server.StandardInput.BaseStream;
        await stdin.WriteAsync("{\"jsonrpc\":\"2.0\",\"id\":\"big\",\"method\":\"ping\",\"params\":{\"x\":\""u8.ToArray(), Cancelled);
        var megabyte = Enumerable.Repeat((byte)'x', 1 << 20).ToArray();
        for (var written = 0; written < 100; written++)
            await stdin.WriteAsync(megabyte, Cancelled);
        await stdin.FlushAsync(Cancelled);

        var error = JsonElement.Parse((await HearAsync(server))!);
        Assert.Equal(("big", "-32600"), (error.Text("id"), error.Text("error", "code")));
        Assert.Contains("longer than 4 MiB", error.Text("error", "message"), StringComparison.Ordinal);
        if (ends)
        {
            await SayAsync(server, "\"}}");
            await SayAsync(server, Ping(2));
            Assert.Contains("\"id\":2", await HearAsync(server), StringComparison.Ordinal);
        }

        server.Refresh();
        TestReport.Add($"PipeRules: after a line of 100 MiB {server.WorkingSet64 >> 20} MiB.");
        Assert.InRange(server.WorkingSet64, 1, MostMemory);
        await EndAsync(server);
        Assert.Empty(await server.StandardOutput.ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task ALongLineWithinTheLimitIsRead()
    {
        using var folder = await StateFolder.CreateAsync();
        using var server = Start(folder.Settings);
        await SayAsync(server, Hello);
        await HearAsync(server);
        await SayAsync(server, $$$"""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"{{{new string('x', 4_000_000)}}}"} }""");

        Assert.Contains("\"result\"", await HearAsync(server), StringComparison.Ordinal);
        await EndAsync(server);
    }

    private static Process Start(IEnumerable<string> settings) => Process.Start(new ProcessStartInfo(BuiltProgram.Path, settings)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static string Ping(int id) => $$"""{"jsonrpc":"2.0","id":{{id}},"method":"ping"}""";

    private static string Call(int id, string tool, string arguments) =>
        $$"""{"jsonrpc":"2.0","id":{{id}},"method":"tools/call","params":{"name":"{{tool}}","arguments":{{arguments}} } }""";

    private static async Task SayAsync(Process server, string line)
    {
        await server.StandardInput.WriteLineAsync(line.Trim().AsMemory(), Cancelled);
        await server.StandardInput.FlushAsync(Cancelled);
    }

    private static Task<string?> HearAsync(Process server) =>
        server.StandardOutput.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);

    // Arguments of a call that waits for a person who does not come.
    private static async Task<string> PendingAsync(Process server)
    {
        await SayAsync(server, Call(1, "k8s_rollout_undo",
            """{"resource_type":"deployment","namespace":"shop","name":"checkout","to_revision":3,"current_revision":4,"reason":"x"}"""));
        var request = JsonElement.Parse((await HearAsync(server))!);
        return $$"""{"request_id":"{{request.Text("result", "structuredContent", "request_id")}}","wait_seconds":50}""";
    }

    // As many as the server takes. A write that waits for two seconds is one that it does not take.
    private static async Task<int> FloodAsync(Process server, string kind)
    {
        await SayAsync(server, Hello);
        var stdin = server.StandardInput.BaseStream;
        var padding = kind == "long lines" ? new string('x', 3 << 20) : "";
        var method = kind == "long lines" ? "nothing" : kind;
        for (var sent = 0; sent < Flood; sent++)
        {
            var line = Encoding.UTF8.GetBytes(
                $$$"""{"jsonrpc":"2.0","id":{{{sent + 1}}},"method":"{{{method}}}","params":{"x":"{{{padding}}}"} }""" + "\n");
            var writing = stdin.WriteAsync(line, Cancelled).AsTask();
            if (await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(2), Cancelled)) != writing)
                return sent;
            await writing;
        }

        return Flood;
    }

    // Within the limit of a shutdown, after which the process ends whatever hangs, and what a busy machine adds.
    private static async Task EndAsync(Process server, bool terminates = false, bool mayBeForced = false)
    {
        if (terminates)
            Assert.Equal(0, Kill(server.Id, 15));
        else
            CloseInput(server);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Patience);
        try
        {
            await server.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            server.Kill();
            Assert.Fail("The process did not end.");
        }

        // 1 where it had to be forced.
        Assert.InRange(server.ExitCode, 0, mayBeForced ? 1 : 0);
    }

    private static void CloseInput(Process server)
    {
        try
        {
            server.StandardInput.BaseStream.Dispose();
        }
        catch (IOException)
        {
            // What was to be written still waits.
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
