using System.Text.Json.Serialization;
using McpRollout.Mcp.Answers;
using McpRollout.Mcp.Tools;

namespace McpRollout.Mcp;

/// <summary>
/// The long wait as a task, for clients that speak the extension (SEP-2663); for all others it is <c>wait_seconds</c>. A task is the
/// request itself and what of it is waited for: any server of the store tells of it, and it outlives this one. To cancel it ends the
/// client's waiting and nothing else; the request is taken back by its own tool.
/// </summary>
internal sealed class WaitTasks(IServiceProvider product, IOptions<ApprovalOptions> options)
{
    private const string Extension = "io.modelcontextprotocol/tasks";
    private const string Waiting = "k8s_rollout_undo_status";
    private const string UntilRest = ".rest";
    private const string UntilSettled = ".settled";
    private const int PollMilliseconds = 3000;
    private const int LongestName = 100;

    /// <summary>Offers it where the requests are; an agent's side alone has none.</summary>
    public void Offer(McpServerOptions server)
    {
        if (!options.Value.Host)
            return;
        server.Capabilities ??= new ServerCapabilities();
        server.Capabilities.Extensions ??= new Dictionary<string, object>();
        server.Capabilities.Extensions[Extension] = new JsonObject();
#pragma warning disable MCPEXP002 // The extensions' hooks of the SDK, whose own package for tasks is built on them.
        server.RequestHandlers ??= [];
        foreach (var (method, answer) in new Dictionary<string, Func<string, CancellationToken, Task<JsonObject>>>
        {
            ["tasks/get"] = GetAsync,
            ["tasks/update"] = AcknowledgeAsync,
            ["tasks/cancel"] = AcknowledgeAsync,
        })
        {
            server.RequestHandlers.Add(new McpServerRequestHandler
            {
                Method = method,
                RoutingNameParameter = "taskId",
                Handler = async (request, cancellationToken) => Speaks(request.JsonRpcRequest)
                    ? await answer(TaskIn(request.JsonRpcRequest), cancellationToken)
                    : throw new McpProtocolException($"{method} is for clients that offer {Extension}.", McpErrorCode.InvalidRequest),
            });
        }

        server.Filters.Request.CallToolWithAlternateFilters.Add(async (request, next, cancellationToken) =>
            await BeginAsync(request, cancellationToken) is { } begun
                ? ResultOrAlternate<CallToolResult>.FromAlternate(begun, TaskJson.Default.BegunTask)
                : await next(request, cancellationToken));
#pragma warning restore MCPEXP002
    }

    // Only a wait that the agent asked for, of a request that it knows: with its answer it was told what to show the user.
    private async Task<BegunTask?> BeginAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        if (request.Params.Name != Waiting || !Speaks(request.JsonRpcRequest) || request.Params.Arguments is not { Count: 2 } given
            || !given.TryGetValue("wait_seconds", out var wait) || wait.ValueKind != JsonValueKind.Number
            || !wait.TryGetInt32(out var seconds) || seconds is < 1 or > 50
            || !given.TryGetValue("request_id", out var named) || named.Text() is not { } id
            || await FindAsync(id, cancellationToken) is not { IsAtRest: false } found)
            return null;
        return new BegunTask
        {
            ResultType = "task",
            TaskId = $"{found.Id}{(found.IsSettled ? UntilRest : UntilSettled)}",
            StatusMessage = product.GetRequiredService<RequestWait>().NewsOf(found),
            CreatedAt = found.CreatedAt,
            LastUpdatedAt = UpdatedAt(found),
        };
    }

    private async Task<JsonObject> GetAsync(string task, CancellationToken cancellationToken)
    {
        var ends = task.EndsWith(UntilRest, StringComparison.Ordinal) ? UntilRest : UntilSettled;
        var found = task.EndsWith(ends, StringComparison.Ordinal) ? await FindAsync(task[..^ends.Length], cancellationToken) : null;
        if (found is null)
            throw new McpProtocolException("There is no such task: taskId is what a call was answered with.", McpErrorCode.InvalidParams);
        var isOver = ends == UntilRest ? found.IsAtRest : found.IsSettled;
        var told = new JsonObject
        {
            ["resultType"] = "complete",
            ["taskId"] = task,
            ["status"] = isOver ? "completed" : "working",
            ["statusMessage"] = product.GetRequiredService<RequestWait>().NewsOf(found),
            ["createdAt"] = found.CreatedAt.ToString("O", CultureInfo.InvariantCulture),
            ["lastUpdatedAt"] = UpdatedAt(found).ToString("O", CultureInfo.InvariantCulture),
            ["ttlMs"] = null,
            ["pollIntervalMs"] = PollMilliseconds,
        };
        if (isOver)
        {
            var answer = await product.GetRequiredService<RequestAnswer>()
                .OfAsync(found, new Requester(Environment.UserName, task), cancellationToken);
            told["result"] = JsonSerializer.SerializeToNode(
                answer.ToResult(), McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(CallToolResult)));
        }

        return told;
    }

    // Whatever it is: nothing is asked in a task, and what is waited for goes on.
    private static Task<JsonObject> AcknowledgeAsync(string task, CancellationToken cancellationToken) =>
        Task.FromResult(new JsonObject { ["resultType"] = "complete" });

    // What no request is called is not looked for: PostgreSQL fails at U+0000.
    private async Task<UndoRequest?> FindAsync(string id, CancellationToken cancellationToken) =>
        id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            ? await product.GetRequiredService<ApprovalBroker>().FindAsync(id, cancellationToken)
            : null;

    private static DateTimeOffset UpdatedAt(UndoRequest request) =>
        request.Outcome?.At ?? request.Decisions.Select(decision => decision.At).Append(request.CreatedAt).Max();

    private static bool Speaks(JsonRpcRequest request) =>
        string.CompareOrdinal(request.Context?.ProtocolVersion, PageOpening.AsksByAnswer) >= 0
        && request.Context!.ClientCapabilities?.Extensions?.ContainsKey(Extension) is true;

    private static string TaskIn(JsonRpcRequest request) =>
        request.Params is JsonObject named && named["taskId"] is JsonValue value && value.TryGetValue(out string? task)
            && task.Length <= LongestName
            ? task
            : throw new McpProtocolException("taskId must be what a call was answered with.", McpErrorCode.InvalidParams);

    /// <summary>What a call is answered with that becomes a task.</summary>
    internal sealed class BegunTask : Result
    {
        public required string TaskId { get; init; }

        public string Status { get; } = "working";

        public required string StatusMessage { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset LastUpdatedAt { get; init; }

        public int PollIntervalMs { get; } = PollMilliseconds;

        /// <summary>How long the task is kept: the extension asks for it, and for null where that has no end.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
        public int? TtlMs { get; }
    }
}

/// <summary>How the answer is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WaitTasks.BegunTask))]
internal sealed partial class TaskJson : JsonSerializerContext;
