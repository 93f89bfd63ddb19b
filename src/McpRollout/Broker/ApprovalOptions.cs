namespace McpRollout.Broker;

/// <summary>The <c>Approvals</c> section.</summary>
internal sealed class ApprovalOptions
{
    /// <summary>Where the approval page listens. Default: <c>http://localhost:7391</c>.</summary>
    public string Listen { get; set; } = "http://localhost:7391";

    /// <summary>What approval URLs start with. Default: the listen address.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>The person on whose behalf this server's agent asks, spelled as an approver of that name is. Default: the operating-system user.</summary>
    public string? Requester { get; set; }

    /// <summary>How long a request waits for a decision. Default: 15 minutes.</summary>
    public TimeSpan RequestLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an approval may wait to be carried out. Default: 5 minutes.</summary>
    public TimeSpan ExecutionLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Where people reach the page, without a slash at the end.</summary>
    public string BaseUrl => (PublicUrl ?? Listen).TrimEnd('/');

    /// <summary>Where a person finds the request. It shows; it never authorises.</summary>
    public string UrlOf(string requestId) => $"{BaseUrl}/approvals/{requestId}";
}
