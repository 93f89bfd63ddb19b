namespace McpRollout.PracticeCluster.Patching;

/// <summary>The patch is well formed but does not apply: a failed <c>test</c>, or a path that is not there.</summary>
internal sealed class PatchRejectedException(string message) : Exception(message);
