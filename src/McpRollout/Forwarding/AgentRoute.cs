using McpRollout.Mcp.Tools;
using McpRollout.Web;
using McpRollout.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace McpRollout.Forwarding;

/// <summary>
/// Answers agents' sides in other processes: the three tools about undos, and what is known of a workload's undos. What a token allows ends
/// there; decisions are taken at another route, from people.
/// </summary>
internal sealed class AgentRoute(
    AgentTokens tokens, Clusters clusters, UndoTools undoing, IServiceProvider services, CallerLimits limits) : IPageRoute
{
    /// <summary>What its addresses begin with.</summary>
    public const string Prefix = "/agent";

    private readonly Dictionary<string, ServedTool> _tools =
        clusters.AreReadOnly ? [] : undoing.Tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods($"{Prefix}/tools/{{tool}}", [HttpMethods.Post], CallAsync);
        routes.MapMethods($"{Prefix}/undos/{{resource_type}}/{{namespace}}/{{name}}", [HttpMethods.Get], ShowUndosAsync);
    }

    public ValueTask<bool> IsAgentsAsync(HttpContext context) => ValueTask.FromResult(
        context.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal) && tokens.AgentOf(context.Request) is not null);

    /// <summary><c>POST /agent/tools/{tool}</c>: a line for each thing that is waited for, and then one with the answer.</summary>
    private Task CallAsync(HttpContext context) => AsAgentAsync(context, async agent =>
    {
        if (!_tools.TryGetValue(Part(context, "tool"), out var tool))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (await ReadAsync(context) is not { } call)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        context.Response.ContentType = "application/x-ndjson";
        var lines = new LineProgress(context.Response);
        var given = new GivenCall(
            call.Arguments ?? [],
            new Requester(agent, VisibleText.Of(call.Client ?? "unknown client", 100)) { IsByToken = true },
            lines,
            new AgentsSide(call.WorkloadUid, call.Cluster))
        {
            OpensPage = call.OpensPage,
            TellsAll = call.TellsAll,
        };
        var answer = await tool.AnswerAsync(given, context.Request.Headers.TraceParent, services, context.RequestAborted);
        await lines.WriteAsync(new ForwardedLine(Text: answer.Text, Facts: answer.Facts), context.RequestAborted);
    });

    /// <summary><c>GET /agent/undos/{resource_type}/{namespace}/{name}</c></summary>
    private Task ShowUndosAsync(HttpContext context) => AsAgentAsync(context, async _ =>
    {
        var (type, space, name) = (Part(context, "resource_type"), Part(context, "namespace"), Part(context, "name"));
        if (!ResourceTypes.TryParse(type, out var resourceType) || !resourceType.IsWorkload()
            || clusters.Choose(context.Request.Query["cluster"]) is not { } cluster || !cluster.Scope.Allows(space)
            || await cluster.IdentifyAsync(context.RequestAborted) is not { Succeeded: true } identity)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var (memory, workload) = (services.GetRequiredService<IUndoMemory>(), new WorkloadRef(resourceType, space, name));
        var open = await memory.OpenAsync(identity.Value, workload, context.RequestAborted);
        var earlier = await memory.EarlierAsync(identity.Value, workload, context.RequestAborted);
        var undos = new WorkloadUndos(open, earlier, await ImagesAsync(cluster, workload, context));
        await Answers.JsonAsync(context, StatusCodes.Status200OK, undos, ForwardingJson.Default.WorkloadUndos);
    });

    // Whoever knows the uid may read the workload; nobody else is told what it runs.
    private static async Task<ImageRecord?> ImagesAsync(ServedCluster cluster, WorkloadRef workload, HttpContext context)
    {
        if (context.Request.Query["uid"] is not [{ Length: > 0 } uid])
            return null;
        var history = await cluster.Part<WorkloadReader>()
            .ReadHistoryWithPodsAsync(workload, Freshness.Cached, context.RequestAborted);
        return history.Succeeded && history.Value.Workload.Uid == uid
            ? await cluster.Part<IImageMemory>().OfAsync(history.Value, context.RequestAborted)
            : null;
    }

    private async Task AsAgentAsync(HttpContext context, Func<string, Task> answer)
    {
        if (tokens.AgentOf(context.Request)?.Name is not { } agent)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            Turn(context, StatusCodes.Status401Unauthorized);
            return;
        }

        using var place = limits.TryTake(agent, out _);
        if (place is null)
            Turn(context, StatusCodes.Status429TooManyRequests);
        else
            await answer(agent);
    }

    // People need the connection.
    private static void Turn(HttpContext context, int status)
    {
        context.Response.Headers.Connection = "close";
        context.Response.StatusCode = status;
    }

    private static string Part(HttpContext context, string name) => (string)context.GetRouteValue(name)!;

    private static async Task<ForwardedCall?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(
                context.Request.Body, ForwardingJson.Default.ForwardedCall, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed class LineProgress(HttpResponse response) : ToolProgress
    {
        public async Task WriteAsync(ForwardedLine line, CancellationToken cancellationToken)
        {
            byte[] written = [.. JsonSerializer.SerializeToUtf8Bytes(line, ForwardingJson.Default.ForwardedLine), (byte)'\n'];
            await response.Body.WriteAsync(written, cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }

        protected override Task SendAsync(string message, CancellationToken cancellationToken) =>
            WriteAsync(new ForwardedLine(Progress: message), cancellationToken);
    }
}
