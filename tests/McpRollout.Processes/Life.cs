using System.Diagnostics;
using McpRollout.Approvals;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Execution;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;
using McpRollout.Kubernetes;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Reading;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRollout.Processes;

/// <summary>Where one life of the server is spent: its store, its audit file, its cluster.</summary>
/// <param name="Sqlite">The store's file, or null.</param>
/// <param name="Postgres">The store's connection string, or null.</param>
/// <param name="AuditFile">The audit file.</param>
/// <param name="Kubeconfig">The cluster.</param>
/// <param name="Context">The kubeconfig's context.</param>
/// <param name="Namespace">The workload's namespace.</param>
/// <param name="Name">The workload's name.</param>
internal sealed record Whereabouts(
    string? Sqlite, string? Postgres, string AuditFile, string Kubeconfig, string Context, string Namespace, string Name)
{
    public const string Approver = "alice";
    public const string Passphrase = "four unrelated words";

    /// <summary>The workload's kind.</summary>
    public ResourceType Type { get; init; } = ResourceType.Deployment;

    /// <summary>The workload.</summary>
    public WorkloadRef Workload => new(Type, Namespace, Name);

    /// <summary>Whether the undo pauses the workload's owner.</summary>
    public bool PausesOwner { get; init; }

    /// <summary>Whether the executor takes the times that users get; else short ones.</summary>
    public bool HasUsualTimes { get; init; }

    /// <summary>As a process gets it; each argument is one member, <c>-</c> for none.</summary>
    public IEnumerable<string> ToArguments() =>
        [Sqlite ?? "-", Postgres ?? "-", AuditFile, Kubeconfig, Context, Namespace, Name, Type.ToString(), HasUsualTimes.ToString(),
            PausesOwner.ToString()];

    /// <summary>The inverse of <see cref="ToArguments"/>.</summary>
    public static Whereabouts From(string[] arguments) => new(
        arguments[0] == "-" ? null : arguments[0], arguments[1] == "-" ? null : arguments[1],
        arguments[2], arguments[3], arguments[4], arguments[5], arguments[6])
    {
        Type = Enum.Parse<ResourceType>(arguments[7]),
        HasUsualTimes = bool.Parse(arguments[8]),
        PausesOwner = bool.Parse(arguments[9]),
    };

    /// <summary>How many arguments <see cref="ToArguments"/> makes.</summary>
    public const int Arguments = 10;

    /// <summary>The server but for its transports.</summary>
    public IServiceCollection Compose() => new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddSingleton(Options.Create(new StorageOptions
        {
            Path = Sqlite ?? Path.Combine(Path.GetDirectoryName(AuditFile) ?? "", "beside"),
            Postgres = Postgres,
        }))
        .AddSingleton(Options.Create(new AuditOptions { File = AuditFile }))
        .AddSingleton(Options.Create(new ApprovalOptions()))
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cluster:Kubeconfig"] = Kubeconfig,
            ["Cluster:Context"] = Context,
        }).Build())
        .AddSingleton(HasUsualTimes ? new ExecutorTimes() : new ExecutorTimes
        {
            Lease = TimeSpan.FromSeconds(3),
            Write = TimeSpan.FromSeconds(2),
            LateArrival = TimeSpan.FromSeconds(1),
            Retry = TimeSpan.FromMilliseconds(50),
            Reread = TimeSpan.FromMilliseconds(500),
            Poll = TimeSpan.FromMilliseconds(50),
            Idle = TimeSpan.FromMilliseconds(500),
        })
        .AddCluster()
        .AddScoped<WorkloadReader>()
        .AddAudit()
        .AddBroker()
        .AddApprovers()
        .AddExecutor();
}

/// <summary>What an agent and a person do.</summary>
internal static class Life
{
    /// <summary>Asks for the revision before the current one.</summary>
    public static async Task<UndoRequest> AskAsync(IServiceProvider services, Whereabouts where, CancellationToken cancellationToken)
    {
        var workload = where.Workload;
        var history = await services.GetRequiredService<WorkloadReader>().ReadHistoryAsync(workload, Freshness.Latest, cancellationToken);
        var current = history.Value!.Current!;
        var answer = await services.GetRequiredService<UndoIntake>().AskAsync(
            new IntakeInput(workload, history.Value.PreviousOf(current)!.Number, current.Number, "It crashes.",
                new Requester("dev", "crash target"))
            {
                PauseOwner = where.PausesOwner,
            },
            cancellationToken);
        return answer.Request ?? throw new InvalidOperationException($"{answer.Refusal}");
    }

    /// <summary>Approves.</summary>
    public static Task<DecisionResult> ApproveAsync(IServiceProvider services, UndoRequest request, CancellationToken cancellationToken) =>
        services.GetRequiredService<ApprovalBroker>().DecideAsync(
            new DecisionAttempt(
                request.Id, Verdict.Approve, request.Plan.Digest, Whereabouts.Approver, Whereabouts.Passphrase, null, "http"),
            cancellationToken);

    /// <summary>Whether the call to the cluster is the patch of an undo that was accepted: not a dry run, not a fence.</summary>
    public static bool IsAcceptedPatch(Activity call) => IsAccepted(call) && !IsOfOwner(call);

    /// <summary>Whether it is the patch that paused an owner.</summary>
    public static bool IsAcceptedPause(Activity call) => IsAccepted(call) && IsOfOwner(call);

    /// <summary>Whether it is about an owner.</summary>
    public static bool IsOfOwner(Activity call) => call.DisplayName.EndsWith(" applications", StringComparison.Ordinal);

    private static bool IsAccepted(Activity call) =>
        call.DisplayName.StartsWith("PATCH", StringComparison.Ordinal) && !call.DisplayName.EndsWith("(fence)", StringComparison.Ordinal)
        && call.GetTagItem("mcp_rollout.dry_run") is null && call.GetTagItem("http.response.status_code") is 200;

    /// <summary>Waits until nothing more happens to the request by itself.</summary>
    public static Task<UndoRequest?> EndAsync(IServiceProvider services, string id, TimeSpan limit, CancellationToken cancellationToken) =>
        services.GetRequiredService<ApprovalBroker>().WaitAsync(id, request => request.IsFinished, limit, cancellationToken);
}
