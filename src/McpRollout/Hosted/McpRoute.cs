using System.Security.Claims;
using System.Text.Json.Serialization;
using McpRollout.Forwarding;
using McpRollout.Mcp;
using McpRollout.Mcp.Tools;
using McpRollout.Web;
using McpRollout.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using ModelContextProtocol.Authentication;

namespace McpRollout.Hosted;

/// <summary>
/// MCP over Streamable HTTP at <c>/mcp</c>, beside the page: the same tools as over stdio, for whoever a token names. It keeps no session,
/// so that any replica answers any call. There is nothing there where no agent is configured.
/// </summary>
internal sealed partial class McpRoute(
    AgentServer agent, AgentTokens tokens, AccessTokens issued, Clusters clusters, CallerLimits limits,
    IOptions<ApprovalOptions> approvals, IServiceProvider product, ILogger<McpRoute> logger) : IPageRoute
{
    /// <summary>The address.</summary>
    public const string Path = "/mcp";

    /// <summary>Where a client finds who issues tokens for it (RFC 9728, section 3.1).</summary>
    public const string Metadata = $"/.well-known/oauth-protected-resource{Path}";

    /// <summary>Whether anybody can call at all.</summary>
    public bool IsServed => Agents.Any();

    /// <summary>Who can: the agents and issuers that the settings name.</summary>
    public IEnumerable<string> Agents => approvals.Value.Agents.Where(each => each.OverHttp).Select(each => each.Name!)
        .Concat(issued.Issuers.Select(issuer => $"{issuer.Name}/*"));

    private string[] Rights => clusters.AreReadOnly ? [AgentRights.Read] : [AgentRights.Read, AgentRights.Undo];

    public void AddTo(IServiceCollection services)
    {
        if (!IsServed)
            return;
        issued.AddTo(services);
        services.AddMcpServer().WithHttpTransport(http => http.ConfigureSessionOptions = (context, options, _) =>
        {
            agent.Configure(options, ((Caller)context.User.Identity!).MayUndo);
            options.Filters.Request.CallToolFilters.Add(next => (call, cancellationToken) =>
            {
                // The page's own services have nothing of the product.
                call.Services = product;
                return next(call, cancellationToken);
            });
            return Task.CompletedTask;
        });
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        if (!IsServed)
            return;
        routes.MapMcp(Path).Add(endpoint =>
        {
            var answer = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => AsCallerAsync(context, answer);
        });
        if (issued.Issuers.Count > 0)
            routes.MapMethods(Metadata, [HttpMethods.Get, HttpMethods.Head], TellAsync);
    }

    public async ValueTask<bool> IsAgentsAsync(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Path) && IsServed && await CheckAsync(context) is CallerCheck.Known;

    // Once for each request.
    private async ValueTask<CallerCheck> CheckAsync(HttpContext context)
    {
        if (context.Features.Get<CallerCheck>() is not { } check)
            context.Features.Set(check = await CheckAnewAsync(context));
        return check;
    }

    private async ValueTask<CallerCheck> CheckAnewAsync(HttpContext context)
    {
        if (AgentTokens.TokenIn(context.Request) is not { } token)
            return new CallerCheck.Missing();
        return tokens.AgentOf(context.Request) is { OverHttp: true, Name: { } name }
            ? new CallerCheck.Known(new Caller(name, client: null, person: null, identity: null, mayRead: true, mayUndo: true))
            : await issued.CheckAsync(context, token);
    }

    private async Task AsCallerAsync(HttpContext context, RequestDelegate answer)
    {
        switch (await CheckAsync(context))
        {
            case CallerCheck.Known known:
                await AsCallerAsync(context, known.Caller, answer);
                break;
            case CallerCheck.Missing:
                Refuse(context, StatusCodes.Status401Unauthorized, null, Rights);
                break;
            case CallerCheck.Refused refused:
                LogRefused(logger, refused.Why);
                Refuse(context, StatusCodes.Status401Unauthorized,
                    $"error=\"invalid_token\", error_description=\"{refused.Why}\"", Rights);
                break;
            case CallerCheck.Unknown unknown:
                LogNoKeys(logger, unknown.Issuer);
                await Answers.ProblemAsync(context, Problems.Busy(
                    $"The keys of {unknown.Issuer} cannot be read now, so that the token cannot be checked. Try again in a moment.")
                    with
                { RetryAfter = (int)AccessTokens.AfterFailure.TotalSeconds });
                break;
        }
    }

    private async Task AsCallerAsync(HttpContext context, Caller caller, RequestDelegate answer)
    {
        using var place = limits.TryTake(caller.User, out var wait);
        if (place is null)
        {
            await Answers.ProblemAsync(context, Problems.Of(
                StatusCodes.Status429TooManyRequests, "too-many-calls",
                $"One caller has at most {CallerLimits.MostAtOnce} calls under way, and begins at most {MinuteLimit.PerMinute} in a "
                    + "minute.")
                with
            { RetryAfter = (int)Math.Ceiling(wait.TotalSeconds) });
            return;
        }

        if (Lacks(caller, await RequestedTool.NameInAsync(context.Request)) is { } right)
        {
            Refuse(context, StatusCodes.Status403Forbidden, "error=\"insufficient_scope\"", right);
            return;
        }

        context.User = new ClaimsPrincipal(caller);
        try
        {
            await answer(context);
        }
        catch (JsonException unread) when (!context.Response.HasStarted)
        {
            // Params of initialize, which the SDK reads before any filter.
            LogUnread(logger, VisibleText.Of(unread.Message, 200));
            await Answers.ProblemAsync(context, Problems.OfStatus(StatusCodes.Status400BadRequest));
        }
    }

    private string? Lacks(Caller caller, string? tool) => !caller.MayRead ? AgentRights.Read
        : !caller.MayUndo && !clusters.AreReadOnly && AgentRights.NeedsUndo(tool) ? AgentRights.Undo
        : null;

    // RFC 6750, section 3, and RFC 9728, section 5.1. Clients ask for the rights that are named here, and for no others.
    private void Refuse(HttpContext context, int status, string? error, params string[] rights)
    {
        string?[] parts =
        [
            error, $"scope=\"{string.Join(' ', rights)}\"",
            issued.Issuers.Count > 0 ? $"resource_metadata=\"{issued.Resource[..^Path.Length]}{Metadata}\"" : null,
        ];
        context.Response.Headers.WWWAuthenticate = $"Bearer {string.Join(", ", parts.OfType<string>())}";
        context.Response.StatusCode = status;
    }

    private Task TellAsync(HttpContext context) => Answers.JsonAsync(context, StatusCodes.Status200OK, new ProtectedResourceMetadata
    {
        Resource = issued.Resource,
        AuthorizationServers = [.. issued.Issuers.Select(issuer => issuer.Issuer!)],
        ScopesSupported = [.. Rights],
        BearerMethodsSupported = ["header"],
        ResourceName = "mcp-rollout",
    }, HostedJson.Default.ProtectedResourceMetadata);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A call at /mcp was refused, since its token does not hold: {Why}.")]
    private static partial void LogRefused(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message at /mcp could not be read: {Why}")]
    private static partial void LogUnread(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Calls at /mcp cannot be answered: the keys of {Issuer} (Mcp:Issuers) cannot be "
        + "read. This server must reach its address.")]
    private static partial void LogNoKeys(ILogger logger, string issuer);
}

/// <summary>How what is told about this server is written.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProtectedResourceMetadata))]
internal sealed partial class HostedJson : JsonSerializerContext;
