using McpRollout.Web;
using McpRollout.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace McpRollout.Forwarding;

/// <summary>Proves to agents' sides, before they send their token, that this is the approving side: <c>GET /agent/proof</c>.</summary>
internal sealed class ProofRoute(IOptions<ApprovalOptions> approvals, TimeProvider time) : IPageRoute
{
    /// <summary>The address.</summary>
    public const string Path = $"{AgentRoute.Prefix}/proof";

    /// <summary>The scheme of the <c>Authorization</c> header that a challenge comes in.</summary>
    public const string Scheme = "Challenge";

    private readonly MinuteLimit _limit = new(time);

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods(Path, [HttpMethods.Get], ProveAsync);

    public ValueTask<bool> IsAgentsAsync(HttpContext context) => ValueTask.FromResult(
        context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal) && AnswerTo(context.Request) is not null);

    private async Task ProveAsync(HttpContext context)
    {
        if (AnswerTo(context.Request) is not (var agent, { } proof))
        {
            context.Response.Headers.WWWAuthenticate = Scheme;
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (_limit.TryTake(agent) is not null)
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        else
            await Answers.JsonAsync(
                context, StatusCodes.Status200OK, new ProofDocument(proof), ForwardingJson.Default.ProofDocument);
    }

    // Whose challenge it is, with the answer; null if it is nobody's.
    private (string Agent, string Proof)? AnswerTo(HttpRequest request)
    {
        if (request.Headers.Authorization.ToString() is var given && !given.StartsWith($"{Scheme} ", StringComparison.Ordinal))
            return null;
        foreach (var agent in approvals.Value.Agents)
        {
            var tokenSha256 = Convert.FromHexString(agent.TokenSha256!);
            if (SideProof.Answer(tokenSha256, request.Host.Value ?? "", given[(Scheme.Length + 1)..]) is { } proof)
                return (agent.Name!, proof);
        }

        return null;
    }
}
