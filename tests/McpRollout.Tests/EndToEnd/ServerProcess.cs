using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using McpRollout.Processes;
using McpRollout.Tests.Broker;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.EndToEnd;

/// <summary>A store with one approver, which any number of servers can share.</summary>
internal sealed class StateFolder : IDisposable
{
    public const string Approver = "alice";
    public const string Passphrase = TempStore.Passphrase;

    private static readonly HttpClient Http = new();

    private StateFolder(string path, int port) => (Path, Port) = (path, port);

    public string Path { get; }

    public int Port { get; }

    public Uri Page => new($"http://localhost:{Port}/");

    /// <summary>What servers on it find in their environment besides.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public string AuditFile => System.IO.Path.Combine(Path, "audit.jsonl");

    public IReadOnlyList<string> Settings => [.. Store, $"--Approvals:Listen=http://localhost:{Port}"];

    private IReadOnlyList<string> Store { get => field ?? [$"--Storage:Path={System.IO.Path.Combine(Path, "state.db")}"]; init; }

    public static async Task<StateFolder> CreateAsync()
    {
        var folder = new StateFolder(Directory.CreateTempSubdirectory("mcp-rollout-test-").FullName, FreePort.Next());
        await using var store = TempStore.In(folder.Path);
        await store.EnrolAsync(Approver);
        return folder;
    }

    /// <summary>That of a host of its own, on a store that several share.</summary>
    public static StateFolder On(TempStore store)
    {
        var path = Directory.CreateTempSubdirectory("mcp-rollout-test-").FullName;
        return new(path, FreePort.Next())
        {
            Store = [store.Settings[0], $"--Audit:File={System.IO.Path.Combine(path, "audit.jsonl")}"],
            Environment = { ["XDG_STATE_HOME"] = path },
        };
    }

    /// <summary>Decides over HTTP as a person does: reads the request, then names its plan.</summary>
    public async Task<HttpResponseMessage> DecideAsync(
        string requestId, string decision, string passphrase = Passphrase, string comment = "seen")
    {
        var request = await ReadAsync(requestId);
        return await Http.PostAsJsonAsync(
            new Uri(Page, $"approvals/{requestId}/decision"),
            new { decision, plan = request.Text("plan"), approver = Approver, passphrase, comment },
            TestContext.Current.CancellationToken);
    }

    /// <summary>The request as the page's JSON tells it; the page starts beside the server, so the first connection may have to wait for
    /// it.</summary>
    public async Task<JsonElement> ReadAsync(string requestId)
    {
        await ServerProcess.PageIsUpAsync(this);
        using var ask = new HttpRequestMessage(HttpMethod.Get, new Uri(Page, $"approvals/{requestId}"));
        ask.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await Http.SendAsync(ask, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>The built program, run to its end.</summary>
internal static class BuiltProgram
{
    /// <summary>What was built beside the tests, or an installed one that <c>ROLLOUT_TEST_PROGRAM</c> names.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("ROLLOUT_TEST_PROGRAM") is { Length: > 0 } installed
        ? installed
        : System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "mcp-rollout.exe" : "mcp-rollout");

    /// <summary>
    /// What lives and dies in the crash suites: the product with steps at which it ends. Built beside the tests, or another one that
    /// <c>ROLLOUT_TEST_PROCESSES</c> names.
    /// </summary>
    public static string Processes { get; } = Environment.GetEnvironmentVariable("ROLLOUT_TEST_PROCESSES") is { Length: > 0 } native
        ? native
        : System.IO.Path.Combine(AppContext.BaseDirectory, "mcp-rollout-processes");

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(IEnumerable<string> arguments, string input = "")
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(Path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancelled), process.StandardError.ReadToEndAsync(cancelled));
        try
        {
            await process.StandardInput.WriteLineAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program was done before it was given anything to read.
        }

        await process.WaitForExitAsync(cancelled);
        return (process.ExitCode, await output, await errors);
    }
}

/// <summary>A server as an MCP client starts it, and the approval page as a person's HTTP client sees it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly Process _process;
    private readonly McpClient _client;
    private readonly StateFolder _folder;

    private ServerProcess(Process process, McpClient client, StateFolder folder) =>
        (_process, _client, _folder) = (process, client, folder);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<ServerProcess> StartAsync(StateFolder folder, ClusterUnderTest cluster, params string[] settings) =>
        StartAsync(folder, (cluster.Kubeconfig, cluster.Context), settings);

    public static Task<ServerProcess> StartAsync(StateFolder folder, (string Kubeconfig, string Context) cluster,
        params string[] settings) =>
        StartAsync(folder, [$"--Cluster:Kubeconfig={cluster.Kubeconfig}", $"--Cluster:Context={cluster.Context}", .. settings]);

    /// <summary>One whose clusters are among the settings.</summary>
    public static async Task<ServerProcess> StartAsync(StateFolder folder, string[] settings)
    {
        var start = new ProcessStartInfo(BuiltProgram.Path, [.. folder.Settings, .. settings])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in folder.Environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => TestContext.Current.TestOutputHelper?.WriteLine(line.Data ?? "");
        process.BeginErrorReadLine();
        var client = await McpClient.CreateAsync(
            new StreamClientTransport(process.StandardInput.BaseStream, process.StandardOutput.BaseStream),
            new McpClientOptions { ClientInfo = new() { Name = "test-agent", Version = "1.0" } },
            cancellationToken: Cancelled);
        return new ServerProcess(process, client, folder);
    }

    /// <summary>Calls a tool that must not refuse.</summary>
    public async Task<JsonElement> CallAsync(
        string tool, object arguments, IProgress<ProgressNotificationValue>? progress = null)
    {
        var result = await TryAsync(tool, arguments, progress);
        Assert.False(result.IsError is true, TextOf(result));
        return result.StructuredContent!.Value;
    }

    /// <summary>Calls a tool that must refuse; its words.</summary>
    public async Task<string> RefusalAsync(string tool, object arguments)
    {
        var result = await TryAsync(tool, arguments);
        Assert.True(result.IsError, TextOf(result));
        return TextOf(result);
    }

    /// <summary>What the server says of itself to agents.</summary>
    public string Instructions => _client.ServerInstructions!;

    /// <summary>The tools, as agents are shown them.</summary>
    public async Task<IReadOnlyList<Tool>> ToolsAsync() =>
        [.. (await _client.ListToolsAsync(cancellationToken: Cancelled)).Select(tool => tool.ProtocolTool)];

    /// <summary>Asks for the prompt, which must be refused; its words.</summary>
    public async Task<string> PromptRefusalAsync(Dictionary<string, object?> arguments) => (await Assert.ThrowsAsync<McpProtocolException>(
        async () => await _client.GetPromptAsync("investigate_rollout", arguments, cancellationToken: Cancelled))).Message;

    /// <summary>Waits as an agent does, until the request is at its end.</summary>
    public async Task<JsonElement> EndOfAsync(string requestId)
    {
        while (true)
        {
            var request = await CallAsync("k8s_rollout_undo_status", new { request_id = requestId, wait_seconds = 30 });
            var isUnderWay = request.GetProperty("state").GetString() is "pending" or "approved" or "executing" or "unknown"
                || (request.Text("state") == "applied" && request.Text("resumes_owner") is null
                    && request.Text("outcome", "rollout") is null or "progressing");
            if (!isUnderWay)
                return request;
        }
    }

    /// <inheritdoc cref="StateFolder.DecideAsync"/>
    public Task<HttpResponseMessage> DecideAsync(
        string requestId, string decision, string passphrase = StateFolder.Passphrase, string comment = "seen") =>
        _folder.DecideAsync(requestId, decision, passphrase, comment);

    /// <summary>Asks the page for the way back of an undo, as its button does.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> GoHomeAsync(string requestId)
    {
        using var answer = await Http.PostAsync(new Uri(_folder.Page, $"approvals/{requestId}/way-home"), null, Cancelled);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled));
    }

    /// <summary>Asks the page to prepare the end of an undo's pause, as its button does.</summary>
    public async Task<JsonElement> PrepareToResumeAsync(string requestId)
    {
        using var answer = await Http.PostAsync(new Uri(_folder.Page, $"approvals/{requestId}/resume"), null, Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
    }

    /// <summary>A page as a browser gets it.</summary>
    public async Task<string> PageAsync(string path)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, new Uri(_folder.Page, path));
        ask.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var answer = await Http.SendAsync(ask, Cancelled);
        return await answer.Content.ReadAsStringAsync(Cancelled);
    }

    /// <inheritdoc cref="StateFolder.ReadAsync"/>
    public Task<JsonElement> ReadAsync(string requestId) => _folder.ReadAsync(requestId);

    /// <summary>Ends the process as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Cancelled);
    }

    /// <summary>Ends its standard input, as an agent does that goes: how long it stayed then, and its exit code.</summary>
    public async Task<(TimeSpan Stayed, int ExitCode)> LeaveAsync()
    {
        var left = DateTime.Now;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(Cancelled);
        return (_process.ExitTime - left, _process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    /// <summary>Waits until the page of this store is served.</summary>
    public static async Task PageIsUpAsync(StateFolder folder)
    {
        while (true)
        {
            try
            {
                using var answer = await Http.GetAsync(new Uri(folder.Page, "healthz"), Cancelled);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                Cancelled.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Calls a tool, whatever comes of it.</summary>
    public async Task<CallToolResult> TryAsync(string tool, object arguments, IProgress<ProgressNotificationValue>? progress = null) =>
        await _client.CallToolAsync(
            tool,
            ArgumentsOf(arguments),
            progress,
            cancellationToken: Cancelled);

    /// <summary>A call's arguments, by the names of an object's members.</summary>
    public static Dictionary<string, object?> ArgumentsOf(object arguments) => JsonSerializer.SerializeToElement(arguments)
        .EnumerateObject().ToDictionary(member => member.Name, object? (member) => member.Value);

    private static string TextOf(CallToolResult result) =>
        string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}

internal static class JsonPaths
{
    /// <summary>The text at a path; null where there is none.</summary>
    public static string? Text(this JsonElement element, params string[] path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }

        return element.ValueKind == JsonValueKind.Null ? null : element.ToString();
    }
}
