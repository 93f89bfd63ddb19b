using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary>What a tool does, once its arguments are known to be right.</summary>
internal interface ITool
{
    /// <summary>Answers a call. Cancelling it ends the waiting, and nothing else.</summary>
    Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken);
}
