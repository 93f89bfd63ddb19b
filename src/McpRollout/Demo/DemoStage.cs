using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using McpRollout.Hosting;
using McpRollout.PracticeCluster;
using ModelContextProtocol.Client;

namespace McpRollout.Demo;

/// <summary>What the demo plays on: a practice cluster in this process, a real server as a child process, an agent's client, and an
/// approver for this run.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private readonly EmbeddedCluster _cluster;
    private readonly ServiceProvider _terminal;
    private readonly StreamWriter _serverLog;
    private readonly DemoFolder _folder;

    private DemoStage(EmbeddedCluster cluster, ServiceProvider terminal, StreamWriter serverLog, McpClient agent, DemoFolder folder) =>
        (_cluster, _terminal, _serverLog, Agent, _folder) = (cluster, terminal, serverLog, agent, folder);

    /// <summary>The agent's connection: MCP over the standard streams of a server.</summary>
    public McpClient Agent { get; }

    /// <summary>Where this run keeps its store, audit, kubeconfig and log, until it ends.</summary>
    public string Folder => _folder.Path;

    public static string Approver => Enrolment.NameError(Environment.UserName) is null ? Environment.UserName : "you";

    /// <summary>Their passphrase, for this run only.</summary>
    public required string Passphrase { get; init; }

    /// <summary>The same broker that the page uses, for a decision at this prompt.</summary>
    public ApprovalBroker Broker => _terminal.GetRequiredService<ApprovalBroker>();

    public AuditFile AuditFile => _terminal.GetRequiredService<AuditFile>();

    /// <summary>Keeps the folder beyond the end, for whoever wants to see why.</summary>
    public void KeepFolder() => _folder.IsKept = true;

    /// <summary>Sets it, or leaves nothing behind.</summary>
    public static async Task<DemoStage> SetAsync(string[] chosen, CancellationToken cancellationToken)
    {
        var folder = new DemoFolder();
        try
        {
            return await SetAsync(folder, chosen, cancellationToken);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static async Task<DemoStage> SetAsync(DemoFolder kept, string[] chosen, CancellationToken cancellationToken)
    {
        var folder = kept.Path;
        var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Drills = true }, cancellationToken);
        var kubeconfig = Path.Combine(folder, "practice.kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, cluster.Kubeconfig, cancellationToken);
        string[] settings =
        [
            $"--Storage:Path={Path.Combine(folder, "state.db")}",
            $"--Cluster:Kubeconfig={kubeconfig}",
            $"--Approvals:Listen=http://localhost:{FreePort()}",
            .. chosen,
        ];

        var configuration = Settings.Read(settings);
        Logs.Quiet(configuration);
        var terminal = new ServiceCollection().AddProduct(configuration).BuildServiceProvider();
        if (Composition.Errors(configuration, terminal) is [var error, ..])
            throw new DemoException(error);
        var passphrase = RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz23456789", 12);
        await terminal.GetRequiredService<ApproverDirectory>()
            .AddAsync(Approver, [], passphrase, AuditActor.Human(Approver, "terminal"), cancellationToken);

        var serverLog = new StreamWriter(Path.Combine(folder, "server.log"), append: false, Encoding.UTF8) { AutoFlush = true };
        var agent = await ConnectAsync(settings, serverLog, cancellationToken);
        return new DemoStage(cluster, terminal, serverLog, agent, kept) { Passphrase = passphrase };
    }

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        await _cluster.DisposeAsync();
        await _terminal.DisposeAsync();
        await _serverLog.DisposeAsync();
        _folder.Dispose();
    }

    private static Task<McpClient> ConnectAsync(string[] settings, StreamWriter serverLog, CancellationToken cancellationToken)
    {
        var program = Environment.ProcessPath!;
        var isDotnetHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var transport = new StdioClientTransport(new StdioClientTransportOptions
        {
            Name = "mcp-rollout",
            Command = program,
            Arguments = isDotnetHost ? [Path.Combine(AppContext.BaseDirectory, "mcp-rollout.dll"), .. settings] : settings,
            StandardErrorLines = line =>
            {
                lock (serverLog)
                    serverLog.WriteLine(line);
            },
        });
        var options = new McpClientOptions { ClientInfo = new() { Name = "demo-agent", Version = "1.0" } };
        return McpClient.CreateAsync(transport, options, cancellationToken: cancellationToken);
    }

    // The usual port if nobody has it, so that the address looks as it will in use.
    private static int FreePort()
    {
        foreach (var port in new[] { 7391, 0 })
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return ((IPEndPoint)probe.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
            }
        }

        throw new DemoException("No port is free on this machine.");
    }
}
