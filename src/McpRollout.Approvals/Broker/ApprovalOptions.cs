using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Broker;

/// <summary>The <c>Approvals</c> section.</summary>
internal sealed class ApprovalOptions
{
    /// <summary>
    /// Whether this server holds the store, serves the page and carries undos out. Default: true. With false it is the agent's side alone:
    /// it asks the approving side at <see cref="Server"/>, and its own credentials need not patch.
    /// </summary>
    public bool Host { get; set; } = true;

    /// <summary>Where the approving side answers, for an agent's side alone. Default: <c>http://localhost:7391</c>.</summary>
    public string Server { get; set; } = "http://localhost:7391";

    /// <summary>The file with the token by which the approving side knows this agent's side.</summary>
    public string? TokenFile { get; set; }

    /// <summary>
    /// The SHA-256 of the approving side's public key (SubjectPublicKeyInfo), in base64 or hex. With it the key is what counts, and not
    /// who signed the certificate or for which name. Default: none; the certificate must be trusted and for the name.
    /// </summary>
    public string? ServerKey { get; set; }

    /// <summary>The agents' sides that may ask here, as the approving side. Default: none but the one in this process.</summary>
    public IList<AgentOptions> Agents { get; } = [];

    /// <summary>Where the approval page listens. Default: <c>http://localhost:7391</c>.</summary>
    public string Listen { get; set; } = "http://localhost:7391";

    /// <summary>What approval URLs start with. Default: the listen address.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Who may read inbox and requests on the page. Default: anyone where only this machine reaches it and nobody signs in through
    /// a provider, else approvers.</summary>
    public ReadAccess? Read { get; set; }

    /// <summary>The provider through which people sign in. Default: none; they are enrolled at a terminal.</summary>
    public SignInOptions SignIn { get; } = new();

    /// <summary>The person on whose behalf this server's agent asks, spelled as an approver of that name is. Default: the operating-system
    /// user.</summary>
    public string? Requester { get; set; }

    /// <summary>How long a request waits for a decision. Default: 15 minutes.</summary>
    public TimeSpan RequestLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an approval may wait to be carried out. Default: 5 minutes.</summary>
    public TimeSpan ExecutionLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Who may read, said or not. A page that listens on loopback under another public name is behind a proxy that others
    /// reach.</summary>
    public ReadAccess Readers => Read
        ?? (SignIn.Issuer is null && IsLoopback(Listen) && IsLoopback(BaseUrl) ? ReadAccess.Anyone : ReadAccess.Approvers);

    /// <summary>Both lifetimes.</summary>
    public Lifetimes Lifetimes => new(RequestLifetime, ExecutionLifetime);

    /// <summary>Where people reach the page, without a slash at the end.</summary>
    public string BaseUrl => (PublicUrl ?? Listen).TrimEnd('/');

    /// <summary>Whether people reach the page over https.</summary>
    public bool IsHttps => BaseUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where a person finds the request. It shows; it never authorises.</summary>
    public string UrlOf(string requestId) => $"{BaseUrl}/approvals/{requestId}";

    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && AuditOptionsValidation.IsLoopback(url);
}

/// <summary>Who may read inbox and requests on the page. A decision takes more in any case.</summary>
internal enum ReadAccess
{
    /// <summary>Whoever reaches the page.</summary>
    Anyone,

    /// <summary>Approvers who have signed in.</summary>
    Approvers,
}

/// <summary>An agent's side in another process.</summary>
internal sealed class AgentOptions
{
    /// <summary>
    /// On whose behalf it asks, spelled as an approver of that name is. The name on record: an agent's side cannot give itself another one.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>SHA-256 of its token, in hex, as <c>mcp-rollout approvals agent-token FILE</c> prints it. Whoever holds the token may ask,
    /// follow and cancel; not decide. Whoever knows the hash could pose as the approving side to that agent's side.</summary>
    public string? TokenSha256 { get; set; }

    /// <summary>Whether it may call all tools at <c>/mcp</c> too, and so read with the credentials of this server. Default: false; an
    /// agent's side reads with its own.</summary>
    public bool OverHttp { get; set; }
}
