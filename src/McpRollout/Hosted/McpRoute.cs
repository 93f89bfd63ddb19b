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
internal sealed class McpRoute(
    AgentServer agent, AgentTokens tokens, AccessTokens issued, IOptions<ApprovalOptions> approvals, IServiceProvider product,
    TimeProvider time) : IPageRoute
{
    /// <summary>The address.</summary>
    public const string Path = "/mcp";

    /// <summary>Where a client finds who issues tokens for it (RFC 9728, section 3.1).</summary>
    public const string Metadata = $"/.well-known/oauth-protected-resource{Path}";

    private readonly CallerLimits _limits = new(time);

    /// <summary>Whether anybody can call at all.</summary>
    public bool IsServed => approvals.Value.Agents.Any(each => each.OverHttp) || issued.Issuers.Count > 0;

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
        IsServed && context.Request.Path == Path && await CallerOfAsync(context) is not null;

    private async ValueTask<Caller?> CallerOfAsync(HttpContext context)
    {
        if (AgentTokens.TokenIn(context.Request) is not { } token)
            return null;
        return tokens.AgentOf(context.Request) is { OverHttp: true, Name: { } name }
            ? new Caller(name, client: null, person: null, mayRead: true, mayUndo: true)
            : await issued.CallerOfAsync(context, token);
    }

    private async Task AsCallerAsync(HttpContext context, RequestDelegate answer)
    {
        if (await CallerOfAsync(context) is not { } caller)
        {
            Refuse(context, StatusCodes.Status401Unauthorized,
                AgentTokens.TokenIn(context.Request) is null ? null : "error=\"invalid_token\"", $"scope=\"{AgentRights.Read}\"");
            return;
        }

        if (Lacks(caller, await RequestedTool.NameInAsync(context.Request)) is { } scope)
        {
            Refuse(context, StatusCodes.Status403Forbidden, "error=\"insufficient_scope\"", $"scope=\"{scope}\"");
            return;
        }

        using var place = _limits.TryTake(caller.User);
        if (place is null)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        context.User = new ClaimsPrincipal(caller);
        await answer(context);
    }

    private static string? Lacks(Caller caller, string? tool) =>
        !caller.MayRead ? AgentRights.Read : AgentRights.NeedsUndo(tool) && !caller.MayUndo ? AgentRights.Undo : null;

    // RFC 6750, section 3, and RFC 9728, section 5.1.
    private void Refuse(HttpContext context, int status, string? error, string scope)
    {
        string?[] parts =
        [
            error, scope, issued.Issuers.Count > 0 ? $"resource_metadata=\"{approvals.Value.BaseUrl}{Metadata}\"" : null,
        ];
        context.Response.Headers.WWWAuthenticate = $"Bearer {string.Join(", ", parts.OfType<string>())}";
        context.Response.StatusCode = status;
    }

    private Task TellAsync(HttpContext context) => Answers.JsonAsync(context, StatusCodes.Status200OK, new ProtectedResourceMetadata
    {
        Resource = issued.Resource,
        AuthorizationServers = [.. issued.Issuers.Select(issuer => issuer.Issuer!)],
        ScopesSupported = [AgentRights.Read, AgentRights.Undo],
        BearerMethodsSupported = ["header"],
        ResourceName = "mcp-rollout",
    }, HostedJson.Default.ProtectedResourceMetadata);
}

/// <summary>How what is told about this server is written.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProtectedResourceMetadata))]
internal sealed partial class HostedJson : JsonSerializerContext;
