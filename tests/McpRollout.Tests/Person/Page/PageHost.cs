using System.Text.Json.Nodes;
using McpRollout.Approvals;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;
using McpRollout.Forwarding;
using McpRollout.Hosted;
using McpRollout.Mcp;
using McpRollout.Processes;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Reading;
using McpRollout.Tests.Broker;
using McpRollout.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpRollout.Tests.Person.Page;

/// <summary>The page as the product composes it, with the real store in a folder of its own. Only the cluster is made up.</summary>
public sealed class PageHost : IAsyncLifetime
{
    internal const string Name = "dana";
    internal const string Passphrase = "correct horse battery staple";

    private readonly string _folder;
    private readonly bool _ownsFolder;
    private readonly IHost _host;

    public PageHost()
        : this(null, FreePort.Next(), null)
    {
    }

    private PageHost(string? folder, int port, Action<ApprovalOptions>? configure)
    {
        (_folder, _ownsFolder) = (folder ?? Directory.CreateTempSubdirectory("page-tests-").FullName, folder is null);
        Port = port;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(Logs);
        builder.Services.Configure<StorageOptions>(options => options.Path = Path.Combine(_folder, "state.db"));
        builder.Services.Configure<LimitOptions>(
            options => options.RequestsPerMinute = options.OpenRequests = options.OpenRequestsPerRequester = 1000);
        builder.Services.Configure<ApprovalOptions>(options =>
        {
            options.Listen = $"http://localhost:{port}";
            configure?.Invoke(options);
        });
        builder.Services.AddSingleton<TimeProvider>(Time).AddSingleton<IClusterReader>(Cluster).AddSingleton(new ClusterScope([]))
            .AddSingleton(new OwnerReader(Cluster, "argocd", Time))
            .AddSingleton(provider => new Clusters([new ServedCluster(null, new ClusterScope([]), provider)]));
        builder.Services.AddAudit().AddBroker().AddApprovers().AddTools().AddApprovalPage().AddAgentRoute().AddProviderSignIn();
        _host = builder.Build();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
        {
            BaseAddress = new Uri($"http://localhost:{port}"),
        };
    }

    /// <summary>What makes another program use the same store.</summary>
    internal string[] Settings =>
        [$"--Storage:Path={Path.Combine(_folder, "state.db")}", $"--Audit:File={Path.Combine(_folder, "audit.jsonl")}"];

    internal int Port { get; }

    internal string Origin => Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    internal HttpClient Client { get; }

    internal ShiftedTime Time { get; } = new();

    internal IncidentCluster Cluster { get; } = new();

    internal RecordedLogs Logs { get; } = new();

    internal ApprovalBroker Broker => _host.Services.GetRequiredService<ApprovalBroker>();

    internal RequestStore Store => _host.Services.GetRequiredService<RequestStore>();

    internal PageStatus Status => _host.Services.GetRequiredService<PageStatus>();

    internal T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>All of the audit's lines.</summary>
    internal async Task<IReadOnlyList<JsonObject>> AuditAsync() =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(_folder, "audit.jsonl"), Cancellation))
            .Select(line => JsonNode.Parse(line)!.AsObject())];

    internal ApproverDirectory Approvers => _host.Services.GetRequiredService<ApproverDirectory>();

    internal static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Another instance, with the same store or one of its own.</summary>
    internal static PageHost Instance(int port, PageHost? sharing = null, Action<ApprovalOptions>? configure = null) =>
        new(sharing?._folder, port, configure);

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await Status.WaitForAsync(state => state == PageState.Serving, Cancellation);
        await EnrolAsync(Name);
    }

    internal Task StartAsync() => _host.StartAsync(Cancellation);

    internal Task StopAsync() => _host.StopAsync(Cancellation);

    internal Task EnrolAsync(string name, params string[] groups) =>
        Approvers.AddAsync(name, groups, Passphrase, AuditActor.Human("root", "terminal"), Cancellation);

    /// <summary>Stores a request as the desk would.</summary>
    internal Task<UndoRequest> AskAsync(Func<UndoRequest, UndoRequest>? change = null, string? name = null)
    {
        var request = Incident.Request(Time.GetUtcNow(), name);
        return Broker.OpenedAsync(change is null ? request : change(request), Cancellation, Incident.DossierOf(request));
    }

    /// <summary>The audit's lines about a request.</summary>
    internal async Task<IReadOnlyList<string>> AuditOfAsync(string requestId) =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(_folder, "audit.jsonl"), Cancellation))
            .Where(line => line.Contains(requestId, StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        Client.Dispose();
        if (_ownsFolder)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>The real clock, put forward, with timers that may run faster.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    /// <summary>How far it is ahead of the real clock.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>How much of its time a timer takes.</summary>
    public double Pace { get; set; } = 1;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime * Pace : dueTime, period);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
}

/// <summary>Everything that was logged.</summary>
internal sealed class RecordedLogs : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
