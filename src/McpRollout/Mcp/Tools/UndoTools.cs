namespace McpRollout.Mcp.Tools;

/// <summary>The tools about undos, whoever carries them out.</summary>
internal sealed record UndoTools(IReadOnlyList<ServedTool> Tools);
