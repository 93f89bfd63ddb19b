using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using McpRollout.Tests.EndToEnd;
using ModelContextProtocol.Client;

namespace McpRollout.Tests.Hosted;

/// <summary><c>mcp-rollout serve</c> as a process of its own, and agents that call it over HTTP.</summary>
internal sealed class HostedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StateFolder _folder;
    private readonly HttpClient _http;

    private HostedProcess(Process process, StateFolder folder) =>
        (_process, _folder, _http) = (process, folder, new HttpClient { BaseAddress = folder.Page });

    /// <summary>What a token must be for.</summary>
    public string Audience => $"{_folder.Page}mcp";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<HostedProcess> StartAsync(StateFolder folder, ClusterUnderTest cluster, IEnumerable<string> settings) => StartAsync(
        folder, [$"--Cluster:Kubeconfig={cluster.Kubeconfig}", $"--Cluster:Context={cluster.Context}", .. settings]);

    /// <summary>One whose clusters are among the settings.</summary>
    public static async Task<HostedProcess> StartAsync(StateFolder folder, string[] settings)
    {
        var start = new ProcessStartInfo(BuiltProgram.Path, ["serve", .. folder.Settings, .. settings])
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
        var hosted = new HostedProcess(process, folder);
        await ServerProcess.PageIsUpAsync(folder);
        return hosted;
    }

    /// <summary>An agent with a token.</summary>
    /// <param name="token">What it sends.</param>
    /// <param name="version">The protocol that it speaks; null: the newest.</param>
    /// <param name="client">What it offers besides.</param>
    public async Task<McpClient> ConnectAsync(string token, string? version = null, Action<McpClientOptions>? client = null)
    {
        var options = new McpClientOptions { ClientInfo = new() { Name = "test-agent", Version = "1.0" }, ProtocolVersion = version };
        client?.Invoke(options);
        return await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions
            {
                Endpoint = new Uri(_folder.Page, "mcp"),
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" },
            }),
            options,
            cancellationToken: Cancelled);
    }

    /// <summary>Sends one message, with a token or without; again while the issuer's keys are not there yet.</summary>
    public async Task<HttpResponseMessage> PostAsync(
        string? token, string message, string path = "mcp", Encoding? encoding = null, bool waitsForKeys = true)
    {
        while (true)
        {
            var answer = await PostOnceAsync(token, message, path, encoding);
            if (!waitsForKeys || answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                return answer;
            answer.Dispose();
        }
    }

    private async Task<HttpResponseMessage> PostOnceAsync(string? token, string message, string path, Encoding? encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(message, encoding ?? Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request, Cancelled);
    }

    public Task<string> GetAsync(string path) => _http.GetStringAsync(new Uri(_folder.Page, path), Cancelled);

    /// <summary>Asks it to stop, as a cluster does before it kills.</summary>
    public void Terminate() => Assert.Equal(0, Kill(_process.Id, signal: 15));

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(Cancelled);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        Assert.Equal("", await _process.StandardOutput.ReadToEndAsync(CancellationToken.None));
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
