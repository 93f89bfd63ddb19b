namespace McpRollout.Mcp.Answers;

/// <summary>A rollout's state in lines for a model.</summary>
internal static class StatusText
{
    /// <summary>The text.</summary>
    /// <param name="view">The facts.</param>
    /// <param name="undosAreKnown">Whether it could be found out if an undo is open.</param>
    public static string Of(StatusView view, bool undosAreKnown)
    {
        var text = new StringBuilder();
        var (resource, pods) = (view.Resource, view.Replicas);
        text.Append(CultureInfo.InvariantCulture, $"{resource.ResourceType}/{resource.Name} in {resource.Namespace}: "
            + $"{view.State.ToString().ToLowerInvariant()}, revision "
            + $"{view.Revision?.ToString(CultureInfo.InvariantCulture) ?? "none yet"}\n");
        text.Append(CultureInfo.InvariantCulture, $"{view.Message}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"pods: {pods.Desired} desired, {pods.Updated} updated, {pods.Ready} ready, {pods.Available} available\n");
        ProblemLines.Append(text, view.Problems);
        if (view.PendingUndo is { } pending)
            text.Append(CultureInfo.InvariantCulture, $"Open undo request {pending.RequestId} to revision {pending.ToRevision}: "
                + $"{pending.State.ToName()}, {pending.ApprovalUrl}\n");
        if (!undosAreKnown)
            text.Append("Whether an undo is open is not known: where requests are kept did not answer.\n");
        return text.ToString().TrimEnd('\n');
    }
}
