namespace McpRollout.Hosted;

/// <summary>The <c>Mcp</c> section: who may call over HTTP with a token of the company's own.</summary>
internal sealed class McpOptions
{
    /// <summary>Whose tokens count. Default: none; then only the agents of <c>Approvals:Agents</c> may call.</summary>
    public IList<IssuerOptions> Issuers { get; } = [];
}

/// <summary>An OpenID Connect provider whose access tokens are taken.</summary>
internal sealed class IssuerOptions
{
    /// <summary>What records call it: a subject of it is named <c>NAME/SUBJECT</c>.</summary>
    public string? Name { get; set; }

    /// <summary>Its issuer identifier, below which <c>/.well-known/openid-configuration</c> is: https, or http to this machine.</summary>
    public string? Issuer { get; set; }

    /// <summary>What a token's <c>aud</c> must name. Default: the public address with <c>/mcp</c>, as RFC 8707 has it.</summary>
    public string? Audience { get; set; }

    /// <summary>The claim that holds the rights <c>rollout.read</c> and <c>rollout.undo</c>, as a list or a text with spaces. Default:
    /// <c>scope</c>.</summary>
    public string RightsClaim { get; set; } = "scope";

    /// <summary>The claim that names the person on whose behalf the agent asks, spelled as an approver is. Default: none; the subject
    /// itself, which is no approver's name.</summary>
    public string? PersonClaim { get; set; }
}
