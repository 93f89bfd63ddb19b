using System.IO.Pipelines;
using System.Text.Json;
using McpRollout.Approvals;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Hosting;
using McpRollout.Mcp;
using McpRollout.Tests.PracticeCluster;
using McpRollout.Tests.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRollout.Tests.Agent;

/// <summary>The agent's side as it is composed in the product, with a practice cluster, a store of its own, and a real client at the other
/// end of a pipe.</summary>
internal sealed class AgentRig : IAsyncDisposable
{
    public const string Old = "2025-11-25";
    public const string New = "2026-07-28";

    private const string Passphrase = "correct horse battery staple";

    private readonly IHost _host;
    private readonly string _folder;

    private AgentRig(IHost host, PracticeClient cluster, McpClient client, string folder) =>
        (_host, Cluster, Client, _folder) = (host, cluster, client, folder);

    public PracticeClient Cluster { get; }

    public McpClient Client { get; }

    public ApprovalBroker Broker => Services.GetRequiredService<ApprovalBroker>();

    public IServiceProvider Services => _host.Services;

    public string StorePath => Path.Combine(_folder, "state.db");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<AgentRig> StartAsync(
        string version = New,
        bool enrolled = true,
        bool carriesOut = true,
        string? kubeconfig = null,
        bool drills = false,
        Action<McpClientOptions>? client = null,
        params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("agent-rig-").FullName;
        var cluster = await PracticeClient.StartAsync(seed: true, drills: drills);
        var file = Path.Combine(folder, "kubeconfig");
        await File.WriteAllTextAsync(file, kubeconfig ?? cluster.Cluster.Kubeconfig, Cancelled);

        var (toServer, toClient) = (new Pipe(), new Pipe());
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Services
            .AddProduct(Settings.Read([$"--Storage:Path={Path.Combine(folder, "state.db")}", $"--Cluster:Kubeconfig={file}", .. settings]))
            .AddSingleton<ITransport>(new StreamServerTransport(toServer.Reader.AsStream(), toClient.Writer.AsStream()))
            .AddAgent();
        if (carriesOut)
            builder.Services.AddExecutor();
        var host = builder.Build();
        if (enrolled)
            await host.Services.GetRequiredService<ApproverDirectory>()
                .AddAsync("alice", [], Passphrase, AuditActor.Human("alice", "terminal"), Cancelled);
        await host.StartAsync(Cancelled);

        var options = new McpClientOptions { ProtocolVersion = version, ClientInfo = new() { Name = "rig\u202E", Version = "9" } };
        client?.Invoke(options);
        var connected = await McpClient.CreateAsync(
            new StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream()), options, cancellationToken: Cancelled);
        return new(host, cluster, connected, folder);
    }

    /// <summary>What an agent sends that wants the revision before the current one of <c>checkout</c>.</summary>
    public static object Wish(string reason = "It crashes.", int waitSeconds = 0, int verifySeconds = 120) => new
    {
        resource_type = "deployment",
        @namespace = "shop",
        name = "checkout",
        to_revision = 3,
        current_revision = 4,
        reason,
        wait_seconds = waitSeconds,
        verify_seconds = verifySeconds,
    };

    /// <summary>Calls a tool, and holds what it answers against the tool's own output schema.</summary>
    public async Task<(string Text, JsonElement Facts)> CallAsync(
        string tool, object arguments, IProgress<ProgressNotificationValue>? progress = null, CancellationToken? cancelled = null)
    {
        var result = await SendAsync(tool, arguments, progress, cancelled ?? Cancelled);
        var text = TextOf(result);
        Assert.False(result.IsError, text);
        StrictSchema.AssertValid(
            SchemaFiles.Tool(tool)["outputSchema"]!.AsObject(), SchemaFiles.Parse(result.StructuredContent!.Value.GetRawText()));
        return (text, result.StructuredContent.Value);
    }

    /// <summary>Calls a tool that must refuse, and returns what it says.</summary>
    public async Task<string> RefusalAsync(string tool, object arguments)
    {
        var result = await SendAsync(tool, arguments, null, Cancelled);
        Assert.True(result.IsError, TextOf(result));
        Assert.Null(result.StructuredContent);
        return TextOf(result);
    }

    public async Task DecideAsync(string id, Verdict verdict, string? comment = null)
    {
        var request = await Broker.FindAsync(id, Cancelled);
        var decided = await Broker.DecideAsync(
            new DecisionAttempt(id, verdict, request!.Plan.Digest, "alice", Passphrase, comment, "terminal"), Cancelled);
        Assert.Equal(DecisionOutcome.Recorded, decided.Outcome);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
        await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public async Task<CallToolResult> SendAsync(
        string tool, object arguments, IProgress<ProgressNotificationValue>? progress, CancellationToken cancelled) =>
        await Client.CallToolAsync(
            tool,
            JsonSerializer.SerializeToElement(arguments).EnumerateObject()
                .ToDictionary(member => member.Name, member => (object?)member.Value),
            progress,
            cancellationToken: cancelled);

    public static string TextOf(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
}
