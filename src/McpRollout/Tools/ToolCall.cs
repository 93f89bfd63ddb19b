using McpRollout.Broker;

namespace McpRollout.Tools;

/// <summary>A call whose arguments are right.</summary>
/// <param name="Arguments">What was given, with defaults for the rest.</param>
/// <param name="Requester">Who calls.</param>
/// <param name="Progress">Tells the client how far it is, if the client asked for that.</param>
internal sealed record ToolCall(ToolArguments Arguments, Requester Requester, ToolProgress Progress);
