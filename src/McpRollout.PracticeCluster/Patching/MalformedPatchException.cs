namespace McpRollout.PracticeCluster.Patching;

/// <summary>The patch is not a patch of its type at all.</summary>
internal sealed class MalformedPatchException(string message) : Exception(message);
