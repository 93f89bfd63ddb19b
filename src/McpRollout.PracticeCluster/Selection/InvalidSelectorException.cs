namespace McpRollout.PracticeCluster.Selection;

internal sealed class InvalidSelectorException(string message) : Exception(message);
