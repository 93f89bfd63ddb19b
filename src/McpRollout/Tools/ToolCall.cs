using System.Text.Json;
using McpRollout.Broker;

namespace McpRollout.Tools;

/// <summary>A call as it came in.</summary>
/// <param name="Arguments">What was given; nothing of it is checked.</param>
/// <param name="Requester">Who calls.</param>
/// <param name="Progress">Tells whoever waits how far it is.</param>
/// <param name="WorkloadUid">The workload's uid as the caller's own process sees it, where that is another one; else null.</param>
internal sealed record GivenCall(IDictionary<string, JsonElement> Arguments, Requester Requester, ToolProgress Progress, string? WorkloadUid = null);

/// <summary>A call whose arguments are right.</summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Arguments">What was given, with defaults for the rest.</param>
/// <param name="Given">The call as it came in.</param>
internal sealed record ToolCall(string Tool, ToolArguments Arguments, GivenCall Given)
{
    /// <summary>Who calls.</summary>
    public Requester Requester => Given.Requester;

    /// <summary>Tells whoever waits how far it is.</summary>
    public ToolProgress Progress => Given.Progress;
}
