namespace McpRollout.Mcp.Answers;

/// <summary>A rollout's state in lines for a model.</summary>
internal static class StatusText
{
    /// <param name="view">The facts.</param>
    /// <param name="undosAreKnown">Whether it could be found out if an undo is open.</param>
    public static string Of(StatusView view, bool undosAreKnown)
    {
        var (resource, pods) = (view.Resource, view.Replicas);
        string?[] lines =
        [
            $"{resource.ResourceType}/{resource.Name} in {resource.Namespace}: {view.State.ToString().ToLowerInvariant()}, revision "
                + $"{view.Revision?.ToString(CultureInfo.InvariantCulture) ?? "none yet"}{(view.Stalled is { } stall ? $"; {stall}" : "")}",
            view.Message,
            $"pods: {pods.Desired} desired, {pods.Updated} updated, {pods.Ready} ready, {pods.Available} available",
            view.PodsUnread ? "The pods could not be read: what holds them up is not known." : null,
            view.Serving,
            view.Replaced,
            .. AnswerLines.Of(view.Problems),
            view.PendingUndo is { } pending ? $"Open undo request {pending.RequestId} to revision {pending.ToRevision}: "
                + $"{pending.State.ToName()}, {pending.ApprovalUrl ?? "no approval page is served"}" : null,
            view.PausedOwner is { } paused
                ? $"{paused.Owner} is paused by {paused.RequestId}{(paused.Age is { } age ? $" since {age}" : "")}, and brings nothing to "
                    + "the cluster until somebody resumes it."
                : null,
            undosAreKnown ? null : "Whether an undo is open is not known: where requests are kept did not answer.",
        ];
        return string.Join('\n', lines.OfType<string>());
    }
}
