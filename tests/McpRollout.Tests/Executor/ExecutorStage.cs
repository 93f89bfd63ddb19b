using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Execution;
using McpRollout.Approvals.Git;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Probes;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;
using McpRollout.Kubernetes;
using McpRollout.Kubernetes.Connections;
using McpRollout.PracticeCluster;
using McpRollout.PracticeCluster.Faults;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Reading;
using McpRollout.Tests.Broker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.Executor;

/// <summary>Broker, executor and a practice cluster whose Deployment <c>checkout</c> in <c>shop</c> crashes; everything real but the agent
/// and the page.</summary>
internal sealed class ExecutorStage : IAsyncDisposable
{
    private static readonly WorkloadRef Checkout = new(ResourceType.Deployment, "shop", "checkout");

    private readonly EmbeddedCluster _cluster;
    private readonly string _folder;
    private readonly AuditOptions _audit;
    private readonly VerifyOptions _verify;
    private ServiceProvider _services;
    private PolicyOptions _policies = new();

    private readonly TimeProvider _time;
    private readonly GitOptions _git = new();

    private ExecutorStage(
        EmbeddedCluster cluster, string folder, TimeProvider time, AuditOptions audit, VerifyOptions verify, GitHostOptions? git)
    {
        (_cluster, _folder, _time, _audit, _verify) = (cluster, folder, time, audit, verify);
        if (git is not null)
            _git.Hosts.Add(git);
        _services = Compose();
    }

    public FaultInjection Faults => _cluster.Faults;

    public GitHosts GitHosts => _services.GetRequiredService<GitHosts>();

    /// <summary>How long it is tried to open a revert, after the next restart.</summary>
    public TimeSpan RevertPatience { get; set; } = TimeSpan.FromMinutes(10);

    public ApprovalBroker Broker => _services.GetRequiredService<ApprovalBroker>();

    public string AuditFile => _services.GetRequiredService<AuditFile>().Path;

    public int Patches => Faults.Requests.Count(IsThePatch);

    /// <summary>How many patches of an undo took effect.</summary>
    public int Accepted => Faults.Requests.Count(request => IsThePatch(request) && request.Status == 200);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<ExecutorStage> SetAsync(
        TimeProvider? time = null, AuditOptions? audit = null, VerifyOptions? verify = null, GitHostOptions? git = null)
    {
        var cluster = await EmbeddedCluster.StartAsync(new() { PodStartupTime = TimeSpan.FromMilliseconds(10) }, Cancelled);
        var stage = new ExecutorStage(cluster, Directory.CreateTempSubdirectory("mcp-rollout-executor-").FullName, time
            ?? TimeProvider.System, audit ?? new(), verify ?? new(), git);
        await stage._services.GetRequiredService<ApproverDirectory>()
            .AddAsync("alice", [], TempStore.Passphrase, AuditActor.Human("root", "terminal"), Cancelled);
        return stage;
    }

    /// <summary>Whether a request is the patch of an undo, the one write that matters; others' changes are merge patches here.</summary>
    public static bool IsThePatch(RequestRecord request) => IsOurs(request) && request.Body.Span is [(byte)'[', ..];

    /// <summary>Whether a request is a fence.</summary>
    public static bool IsTheFence(RequestRecord request) => IsOurs(request) && !IsThePatch(request);

    /// <summary>Asks for a revision of a workload; without more said for the one before the current one of <c>checkout</c>.</summary>
    public async Task<UndoRequest> AskAsync(WorkloadRef? workload = null, long? to = null, bool pinImages = false, bool pausesOwner = false,
        TimeSpan verifyFor = default)
    {
        var history = await _services.GetRequiredService<WorkloadReader>()
            .ReadHistoryAsync(workload ?? Checkout, Freshness.Latest, Cancelled);
        var current = history.Value!.Current!;
        var answer = await _services.GetRequiredService<UndoIntake>().AskAsync(
            new IntakeInput(
                workload ?? Checkout,
                to ?? history.Value.PreviousOf(current)!.Number,
                current.Number,
                "It crashes.",
                new Requester("dev", "test"),
                PinImages: pinImages)
            {
                PauseOwner = pausesOwner,
                VerifyFor = verifyFor,
            },
            Cancelled);
        Assert.Null(answer.Refusal);
        return answer.Request!;
    }

    /// <summary>Asks to have the owner resumed.</summary>
    public async Task<IntakeResult> AskToResumeAsync(WorkloadRef? workload = null)
    {
        var history = await _services.GetRequiredService<WorkloadReader>()
            .ReadHistoryAsync(workload ?? Checkout, Freshness.Latest, Cancelled);
        var current = history.Value!.Current!.Number;
        return await _services.GetRequiredService<ResumeIntake>().AskAsync(
            new IntakeInput(workload ?? Checkout, current, current, "It is mended.", new Requester("dev", "test")) { ResumeOwner = true },
            Cancelled);
    }

    /// <summary>Looks at a resumption as a process that may not write.</summary>
    public Task LookOnAsync(UndoRequest request, TimeSpan watched) =>
        _services.GetRequiredService<OwnerResuming>().ReconcileAsync(request, mayWrite: false, watched, Cancelled);

    /// <summary>Until the controller has made a revision of the last change.</summary>
    public async Task UntilSettledAsync()
    {
        var workloads = _services.GetRequiredService<WorkloadReader>();
        while (!(await workloads.ReadHistoryAsync(Checkout, Freshness.Latest, Cancelled)).Value!.IsSettled)
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancelled);
    }

    /// <summary>What is new, as the page reads it.</summary>
    public async Task<IReadOnlyList<Finding>> AskForNewsAsync(UndoRequest request)
    {
        var history = await _services.GetRequiredService<WorkloadReader>().ReadHistoryAsync(Checkout, Freshness.Latest, Cancelled);
        var now = await _services.GetRequiredService<WorkloadContextReader>()
            .ReadHoldingAsync(request.Plan.Pinned(history.Value!), request.Plan.ToRevision, request.Plan.Pause is not null, Cancelled);
        return FindingNews.Since(request.Findings, now);
    }

    /// <summary>Approves it, and for so long its way back too.</summary>
    public async Task<UndoRequest> ApproveAsync(UndoRequest request, string approver = "alice", TimeSpan? wayHomeFor = null)
    {
        var result = await Broker.DecideAsync(TempStore.By(approver, request) with { WayHomeFor = wayHomeFor }, Cancelled);
        Assert.Equal(DecisionOutcome.Recorded, result.Outcome);
        return result.Request!;
    }

    /// <summary>Makes the way back of an undo, as the button on its page does.</summary>
    public async Task<UndoRequest> GoHomeAsync(UndoRequest undo, string? person = null) =>
        (await _services.GetRequiredService<WayHome>().PrepareAsync(undo, person, Cancelled)).Request!;

    public Task EnrolAsync(string name, params string[] groups) => _services.GetRequiredService<ApproverDirectory>()
        .AddAsync(name, groups, TempStore.Passphrase, AuditActor.Human("root", "terminal"), Cancelled);

    /// <summary>The name and the lock of another process of this store and machine.</summary>
    public Holders AnotherProcess()
    {
        var other = ActivatorUtilities.CreateInstance<Holders>(_services);
        other.Register();
        return other;
    }

    /// <summary>Starts this process's executor.</summary>
    public Task StartExecutorAsync() => Executor.StartAsync(Cancelled);

    /// <summary>A new process in place of this one, as after a crash; its executor is not started.</summary>
    public async Task RestartAsync(PolicyOptions? policies = null)
    {
        _policies = policies ?? _policies;
        await _services.DisposeAsync();
        _services = Compose();
    }

    public async Task<UndoRequest> UntilAsync(UndoRequest request, Func<UndoRequest, bool> until)
    {
        var end = await Broker.WaitAsync(request.Id, until, TimeSpan.FromSeconds(30), Cancelled);
        Assert.True(until(end!), $"{end!.State}: {end.Outcome?.Message}");

        // A state is seen as soon as it is in the store; its record follows into the file.
        await _services.GetRequiredService<AuditFile>().CatchUpAsync(Cancelled);
        return end;
    }

    public IReadOnlyList<string> AuditEvents =>
        [.. File.ReadLines(AuditFile).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!)];

    public async Task<JsonElement> WorkloadAsync() =>
        (await _services.GetRequiredService<IClusterReader>().GetWorkloadAsync(Checkout, Freshness.Latest, Cancelled)).Value;

    /// <summary>Somebody else changes the Deployment.</summary>
    public Task ChangeAsync(JsonObject mergePatch) =>
        SendAsync(HttpMethod.Patch, "/apis/apps/v1/namespaces/shop/deployments/checkout", mergePatch, "application/merge-patch+json");

    /// <summary>Somebody else speaks to the cluster.</summary>
    public async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonNode? body = null, string type = "application/json")
    {
        using var http = new HttpClient { BaseAddress = _cluster.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "admin-token");
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, type);
        using var answer = await http.SendAsync(request, Cancelled);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!.AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        await Executor.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        await _cluster.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsOurs(RequestRecord request) => request.IsWrite && request.Method == "PATCH"
        && request.PathAndQuery.Contains("fieldManager=mcp-rollout", StringComparison.Ordinal);

    private UndoExecutor Executor => _services.GetRequiredService<UndoExecutor>();

    private ServiceProvider Compose() => new ServiceCollection()
        .AddLogging()
        .AddSingleton(_time)
        .AddSingleton(Options.Create(new StorageOptions { Path = Path.Combine(_folder, "state.db") }))
        .AddSingleton(Options.Create(_audit))
        .AddSingleton(Options.Create(_verify))
        .AddSingleton(Options.Create(new ApprovalOptions()))
        .AddSingleton(Options.Create(_git))
        .AddSingleton(Options.Create(_policies))
        .AddSingleton(Options.Create(new ClusterOptions()))
        .AddSingleton<IConnectionSource>(new KubeconfigText(_cluster.Kubeconfig, TimeProvider.System))
        .AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder()
            .Build())
        .AddSingleton(new ExecutorTimes
        {
            LateArrival = TimeSpan.FromSeconds(1),
            Revert = RevertPatience,
            RevertLook = TimeSpan.FromSeconds(1),
            Retry = TimeSpan.FromMilliseconds(50),
            Reread = TimeSpan.FromMilliseconds(200),
        })
        .AddCluster()
        .AddSingleton<WorkloadReader>()
        .AddAudit()
        .AddBroker()
        .AddApprovers()
        .AddExecutor()
        .BuildServiceProvider();
}
