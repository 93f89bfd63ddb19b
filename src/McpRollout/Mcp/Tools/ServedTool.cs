using System.Diagnostics;
using McpRollout.Mcp.Answers;
using McpRollout.Mcp.Arguments;

namespace McpRollout.Mcp.Tools;

/// <summary>
/// A tool as the SDK serves it: shown as its contract says, called only with arguments that keep it, within the namespaces that may be
/// spoken of.
/// </summary>
internal abstract class ServedTool(string name, ToolOffer offer) : McpServerTool
{
    /// <summary>The tool that asks for a change.</summary>
    public const string Undo = "k8s_rollout_undo";

    protected const int LongestName = 60;
    private const int LongestVersion = 30;

    private static readonly string Rollout = ResourceType.Rollout.ToName();

    private readonly Lazy<Tool> _contract = new(() => Read(name, offer));
    private readonly Lazy<Tool> _forwarded = new(() => ToolContract.With(ToolContract.Read(name), Rollout));
    private readonly Lazy<Tool> _withRollouts = new(() => ToolContract.With(Read(name, offer), Rollout));

    public string Name => name;

    /// <summary>Whether it is about a workload, and not about a request.</summary>
    protected bool IsOfWorkload => ProtocolTool.InputSchema.GetProperty("properties").TryGetProperty("resource_type", out _);

    public override Tool ProtocolTool => _contract.Value;

    /// <summary>The same where Argo Rollouts is installed.</summary>
    public Tool WithRollouts => _withRollouts.Value;

    public override IReadOnlyList<object> Metadata => [];

    /// <summary>Answers a call, however it came here.</summary>
    /// <param name="given">The call.</param>
    /// <param name="traceParent">W3C trace context of the caller, if it sent one.</param>
    /// <param name="services">Where what the tool does comes from.</param>
    /// <param name="cancellationToken">Ends the waiting, and nothing else.</param>
    public abstract Task<ToolAnswer> AnswerAsync(GivenCall given, string? traceParent, IServiceProvider services,
        CancellationToken cancellationToken);

    public override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var services = request.Services!;
        var given = new GivenCall(
            request.Params.Arguments ?? new Dictionary<string, JsonElement>(),
            RequesterOf(request, services.GetRequiredService<IOptions<ApprovalOptions>>().Value),
            new ClientProgress(request.Server, request.Params.ProgressToken));
        var parent = request.Params.Meta?["traceparent"] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        var answer = name == Undo
            ? await services.GetRequiredService<PageOpening>().AnswerAsync(this, request, given, parent, cancellationToken)
            : await AnswerAsync(given, parent, services, cancellationToken);
        // A call that was refused may not have been one that anything is sent for.
        var rollouts = answer.Facts is null ? null : ClusterOf(given, services)?.Part<ArgoRollouts>();
        if (IsOfRollout(given.Arguments))
            rollouts?.Meet();
        else
            rollouts?.Look();
        return answer.ToResult();
    }

    /// <summary>What arguments are checked by. A Rollout can be asked for in any case: whether it is there, the cluster knows
    /// best. A release cannot be asked for from another process: its records would be read with the rights of this one; and which cluster
    /// is meant that process says beside the arguments.</summary>
    protected JsonElement SchemaFor(GivenCall given) =>
        (given.From is not null ? _forwarded.Value : IsOfRollout(given.Arguments) ? WithRollouts : ProtocolTool).InputSchema;

    /// <summary>The cluster that the call is about; null where it names none that there is.</summary>
    protected static ServedCluster? ClusterOf(GivenCall given, IServiceProvider services) => services.GetRequiredService<Clusters>().Choose(
        given.From is { } side ? side.Cluster : given.Arguments.TryGetValue("cluster", out var name) ? name.Text() : null);

    private static Tool Read(string name, ToolOffer offer) =>
        ToolContract.Choosing(ToolContract.Read(name, offer.Releases), offer.Clusters);

    private static bool IsOfRollout(IDictionary<string, JsonElement> arguments) =>
        arguments.TryGetValue("resource_type", out var type) && type.Text() == Rollout;

    // On whose behalf an agent asks, as far as this server can know: whom its token names, or the user it runs as, or the person its
    // settings name; and what the client says of itself. That is the client's own word, so it is made visible and cut.
    private static Requester RequesterOf(RequestContext<CallToolRequestParams> request, ApprovalOptions options)
    {
        var client = request.Server.ClientInfo;
        var inItsWords = client is null || string.IsNullOrWhiteSpace(client.Name)
            ? "unknown client"
            : $"{VisibleText.Of(client.Name, LongestName)} {VisibleText.Of(client.Version ?? "", LongestVersion)}".TrimEnd();
        return request.User?.Identity is Caller caller
            ? new Requester(caller.User, caller.Client ?? inItsWords, caller.Person)
            {
                IsByToken = true,
                IsClientByToken = caller.Client is not null,
                Identity = caller.Identity,
            }
            : new Requester(Environment.UserName, inItsWords, options.Requester);
    }
}

/// <summary>A tool, with what it does.</summary>
/// <typeparam name="TTool">What it does; made at the first call.</typeparam>
/// <param name="name">Its name.</param>
/// <param name="offer">What can be asked for. What is done with a release of Helm is registered under the tool's name.</param>
internal sealed partial class ServedTool<TTool>(string name, ToolOffer offer) : ServedTool(name, offer)
    where TTool : class, ITool
{
    public override async Task<ToolAnswer> AnswerAsync(GivenCall given, string? traceParent, IServiceProvider services,
        CancellationToken cancellationToken)
    {
        try
        {
            using var trace = StartTrace(traceParent);
            return await CheckedAsync(given, services, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailure(services.GetRequiredService<ILogger<TTool>>(), Name, VisibleText.Lines(failure.ToString()));
            return ToolAnswer.Refused(
                $"{Name} failed inside the server: {VisibleText.Of(SecretText.Mask(failure.Message), 300)} Tell the user; the server's log "
                    + "says more.");
        }
    }

    // The SDK starts a span only if somebody listens to it. Records and annotations name a trace in any case: the client's, if it sent one.
    private Activity? StartTrace(string? parent)
    {
        if (Activity.Current is not null)
            return null;
        var trace = new Activity(Name).SetIdFormat(ActivityIdFormat.W3C);
        if (ActivityContext.TryParse(parent, null, out _))
            trace.SetParentId(parent!);
        return trace.Start();
    }

    private async Task<ToolAnswer> CheckedAsync(GivenCall given, IServiceProvider services, CancellationToken cancellationToken)
    {
        var schema = SchemaFor(given);
        var cluster = IsOfWorkload ? ClusterOf(given, services) : null;
        if (ArgumentCheck.Mistakes(schema, given.Arguments) is { Count: > 0 } mistakes)
        {
            // An agent's side has looked for itself, with its own rights.
            var owner = given.From is not null || cluster is null
                ? null
                : await cluster.Part<OwnerSearch>().HintAsync(given.Arguments, cancellationToken);
            return ToolAnswer.Refused(ArgumentMistakes.Text(Name, owner is null ? mistakes : [.. mistakes, owner]));
        }

        var call = new ToolCall(Name, new ToolArguments(schema, given.Arguments), given);
        if (!IsOfWorkload)
            return await services.GetRequiredService<TTool>().AnswerAsync(call, cancellationToken);
        if (cluster is null)
            return ToolAnswer.Refused(Unnamed(given, services.GetRequiredService<Clusters>().Names));
        if (cluster.Scope.Refusal(call.Arguments.Text("namespace")) is { } refusal)
            return ToolAnswer.Refused(refusal);
        if (Name == Undo && cluster.Scope.ReadOnly)
            return ToolAnswer.Refused($"This server only reads in cluster \"{cluster.Name}\". Report to the user what you found, and which "
                + "revision you would go back to.");
        ITool tool = call.Arguments.NamesRelease
            ? cluster.Part<ReleaseTools>().Of(Name)
            : cluster.Part<TTool>();
        return await tool.AnswerAsync(call, cancellationToken);
    }

    private static string Unnamed(GivenCall given, IReadOnlyList<string> names) =>
        $"The agent's side calls the cluster \"{VisibleText.Of(given.From?.Cluster ?? "", LongestName)}\", and the approving side knows "
            + $"{string.Join(", ", names)}. Tell the user: both must call it by one name in Clusters.";

    [LoggerMessage(Level = LogLevel.Error, Message = "{Tool} failed: {Failure}")]
    private static partial void LogFailure(ILogger logger, string tool, string failure);
}
