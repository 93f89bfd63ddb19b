using McpRollout.Mcp.Arguments;

namespace McpRollout.Mcp.Tools;

/// <summary>A call as it came in.</summary>
/// <param name="Arguments">What was given; nothing of it is checked.</param>
/// <param name="Requester">Who calls.</param>
/// <param name="Progress">Tells whoever waits how far it is.</param>
/// <param name="From">The agent's side that forwarded it; null if it was made here.</param>
internal sealed record GivenCall(IDictionary<string, JsonElement> Arguments, Requester Requester, ToolProgress Progress,
    AgentsSide? From = null)
{
    /// <summary>Whether the client is asked to open the page of a request that waits: then that is done first, and the wait
    /// follows.</summary>
    public bool OpensPage { get; init; }

    /// <summary>Whether a request is told in full, also if nothing of it is news.</summary>
    public bool TellsAll { get; init; }
}

/// <summary>An agent's side in another process, with credentials and a view of a cluster of its own.</summary>
/// <param name="WorkloadUid">The uid that the workload has there; null if it gave none.</param>
/// <param name="Cluster">What the workload's cluster is called there; null if it gave no name.</param>
internal sealed record AgentsSide(string? WorkloadUid, string? Cluster);

/// <summary>A call whose arguments are right.</summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Arguments">What was given, with defaults for the rest.</param>
/// <param name="Given">The call as it came in.</param>
internal sealed record ToolCall(string Tool, ToolArguments Arguments, GivenCall Given)
{
    public Requester Requester => Given.Requester;

    public ToolProgress Progress => Given.Progress;
}
