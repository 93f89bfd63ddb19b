using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Benchmarks;

/// <summary>The program as a client starts it, with one approver enrolled.</summary>
internal sealed class Server : IAsyncDisposable
{
    private const string Approver = "ada";
    private const string Passphrase = "benchmark benchmark benchmark";
    private static readonly Uri Page = new("http://localhost:17391/");
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly HttpClient _http = new() { BaseAddress = Page };

    private Server(Process process, McpClient client) => (_process, Client) = (process, client);

    public McpClient Client { get; }

    public static async Task<Server> StartAsync(Subject subject)
    {
        await subject.RunAsync(["approvers", "add", Approver, "--passphrase-stdin", .. subject.Settings], Passphrase);
        return await StartAsync(subject.Program, [.. subject.Settings, .. OpenRequests.Limits]);
    }

    /// <summary>The program as it is, without an approver.</summary>
    public static async Task<Server> StartAsync(string program, string[] settings)
    {
        var process = Process.Start(new ProcessStartInfo(program, settings)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginErrorReadLine();
        return new(process,
            await McpClient.CreateAsync(new StreamClientTransport(process.StandardInput.BaseStream, process.StandardOutput.BaseStream)));
    }

    public async Task<JsonElement> CallAsync(string tool, object arguments) => (await Client.CallToolAsync(
        tool,
        JsonSerializer.SerializeToElement(arguments).EnumerateObject()
            .ToDictionary(each => each.Name, each => (object?)each.Value))).StructuredContent
        ?? throw new InvalidOperationException($"{tool} refused.");

    public Task<JsonElement> HistoryAsync() =>
        CallAsync("k8s_rollout_history", new { resource_type = "deployment", @namespace = Subject.Namespace, name = "web" });

    /// <summary>Opens inbox and page, as a browser does, and approves.</summary>
    public async Task ApproveAsync(string requestId)
    {
        await InboxAsync();
        await _http.GetStringAsync($"/approvals/{requestId}");
        using var ask = new HttpRequestMessage(HttpMethod.Get,
            $"/approvals/{requestId}")
        { Headers = { { "Accept", "application/json" } } };
        using var answer = await _http.SendAsync(ask);
        var plan = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("plan").GetString();
        using var decided = await _http.PostAsJsonAsync($"/approvals/{requestId}/decision",
            new { decision = "approve", plan, approver = Approver, passphrase = Passphrase });
        decided.EnsureSuccessStatusCode();
    }

    /// <summary>Completes once the page is served: it starts beside the rest.</summary>
    public async Task PageAsync()
    {
        while (true)
        {
            try
            {
                await InboxAsync();
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(BetweenLooks);
            }
        }
    }

    /// <summary>Opens the inbox, as a browser does.</summary>
    public Task InboxAsync() => _http.GetStringAsync("/");

    /// <summary>
    /// In MiB: the proportional set size, for which shared pages count by this process's part, and what of it the process wrote, which
    /// nobody else can share (proc(5), smaps_rollup).
    /// </summary>
    public Memory Memory() => new(MebibytesOf("Pss:"), MebibytesOf("Private_Dirty:"));

    private double MebibytesOf(string line) =>
        double.Parse(
            File.ReadLines($"/proc/{_process.Id}/smaps_rollup").Single(each => each.StartsWith(line, StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            System.Globalization.CultureInfo.InvariantCulture) / 1024;

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}

/// <summary>Memory of a process, in MiB.</summary>
internal sealed record Memory(double Proportional, double Written);
