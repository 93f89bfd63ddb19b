namespace McpRollout.Sandbox.Selection;

internal sealed class InvalidSelectorException(string message) : Exception(message);
