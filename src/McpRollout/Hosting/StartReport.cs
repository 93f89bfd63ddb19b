using McpRollout.Hosted;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Mcp;

namespace McpRollout.Hosting;

/// <summary>
/// Says in the log, beside the start, what this server is, and what it lacks. It reads nothing of the cluster: which one it is, is said
/// when it is first asked.
/// </summary>
internal sealed partial class StartReport(
    IOptions<ApprovalOptions> approvals,
    IOptions<ClusterOptions> only,
    IOptions<ClustersOptions> several,
    IOptions<StorageOptions> storage,
    IOptions<PolicyOptions> policies,
    IOptions<NotificationOptions> notifications,
    KubeconfigEnvironment surroundings,
    PageStatus page,
    IServiceProvider services,
    ILogger<StartReport> logger) : BackgroundService
{
    private const string Waiting = "It waits for an MCP client on standard input, which is a terminal here: clients start this program by "
        + "themselves. 'mcp-rollout demo' shows it without one, 'mcp-rollout approvals serve' serves the page alone, Ctrl+C ends it.";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var approvers = approvals.Value.Host ? await services.GetRequiredService<ApproverDirectory>().ListAsync(stoppingToken) : [];
            var facts = string.Join("; ", await FactsAsync(approvers, stoppingToken));
            LogStarted(logger, AgentServer.Version, facts);
            if (several.Value.Named.Count == 0 && PlaceOf(only.Value) is null)
            {
                var files = string.Join(", ", FilesOf(only.Value));
                LogNoCluster(logger, files);
            }

            if (approvals.Value.Host && approvers.Count == 0)
                LogNoApprover(logger);
            if (!Console.IsInputRedirected && services.GetService<ITransport>() is not null)
                LogWaiting(logger, Waiting);
        }
        catch (StoreUnavailableException failure)
        {
            LogNoStore(logger, AgentServer.Version, failure.Message);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<string[]> FactsAsync(List<Approver> approvers, CancellationToken cancellationToken)
    {
        var place = several.Value.Named.Count == 0
            ? $"cluster: {PlaceOf(only.Value) ?? "none"}"
            : $"clusters: {NameList.Of(several.Value.Named.Select(each => $"{each.Key} ({PlaceOf(each.Value) ?? "this pod's"})"))}";
        if (!approvals.Value.Host)
            return [place, $"an agent's side alone, which asks {approvals.Value.Server}"];
        var served = await page.WaitForAsync(state => state != PageState.Starting, cancellationToken);
        var agents = services.GetRequiredService<McpRoute>().Agents.ToList();
        if (agents.Count > 0 && served != PageState.Serving)
            LogNotServed(logger, McpRoute.Path);
        return
        [
            place,
            $"store: {(storage.Value.Postgres is null ? storage.Value.FullPath : "PostgreSQL")}",
            $"page: {Page(approvals.Value.BaseUrl, served)}",
            $"approvers: {(approvers.Count == 0 ? "none" : NameList.Of(approvers.Select(approver => approver.Name)))}",
            $"rules: {(policies.Value.Rules.Count is > 0 and var rules ? $"{rules} and the default" : "the default")}",
            $"notifications: {Channels(notifications.Value)}",
            .. agents.Count == 0
                ? Array.Empty<string>()
                : [$"agents over HTTP, at {approvals.Value.BaseUrl}{McpRoute.Path}: {NameList.Of(agents)}"],
        ];
    }

    private static string Channels(NotificationOptions options) =>
        options.Channels.Count == 0 ? "none" : NameList.Of(options.Channels.Select(channel => VisibleText.Of(channel.Name ?? "")));

    private static string Page(string url, PageState state) => state switch
    {
        PageState.Serving => url,
        PageState.ServedByPeer => $"{url}, served by another instance",
        _ => $"none, as {url} is taken",
    };

    private IReadOnlyList<string> FilesOf(ClusterOptions cluster) => KubeconfigFiles.Find(cluster.Kubeconfig, surroundings);

    // Where it is named, without reading it.
    private string? PlaceOf(ClusterOptions cluster) =>
        cluster.Sandbox ? "the practice cluster in this process"
        : FilesOf(cluster).Any(File.Exists) && (cluster.NamesKubeconfig || several.Value.Named.Count == 0)
            ? $"{(cluster.Context is { Length: > 0 } context ? $"context {context}" : "the current context")} of "
                + string.Join(", ", FilesOf(cluster))
        : surroundings.Variable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } host ? $"this pod's, at {host}"
        : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "mcp-rollout {Version} has started; {Facts}.")]
    private static partial void LogStarted(ILogger logger, string version, string facts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "mcp-rollout {Version} has started, and its store cannot be read: {Why}")]
    private static partial void LogNoStore(ILogger logger, string version, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No cluster is configured: {Files} does not exist. Set Cluster:Kubeconfig or "
        + "KUBECONFIG, or take the practice cluster with Cluster:Sandbox=true.")]
    private static partial void LogNoCluster(ILogger logger, string files);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody may approve yet, so that every request will expire. Each person enrols at "
        + "a terminal that the agent does not have: mcp-rollout approvers add NAME")]
    private static partial void LogNoApprover(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This process does not serve {Path}: another one has the page's address, and its "
        + "settings say which agents may call there.")]
    private static partial void LogNotServed(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Waiting}")]
    private static partial void LogWaiting(ILogger logger, string waiting);
}
