using System.Security.Cryptography;

namespace McpRollout.Forwarding;

/// <summary>The tokens that the settings name: who may ask here from another process.</summary>
internal sealed class AgentTokens(IOptions<ApprovalOptions> approvals)
{
    private const string Bearer = "Bearer ";

    /// <summary>What was sent after <c>Bearer</c> in the <c>Authorization</c> header; null if nothing was.</summary>
    public static string? TokenIn(HttpRequest request) =>
        request.Headers.Authorization is [{ } given] && given.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? given[Bearer.Length..].Trim()
            : null;

    /// <summary>The agent that the settings have for the token of a request; null if they do not know it.</summary>
    public AgentOptions? AgentOf(HttpRequest request)
    {
        if (TokenIn(request) is not { } token)
            return null;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        return approvals.Value.Agents
            .FirstOrDefault(agent => CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(agent.TokenSha256!)));
    }
}
