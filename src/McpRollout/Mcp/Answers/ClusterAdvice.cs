namespace McpRollout.Mcp.Answers;

/// <summary>Words a failure of the cluster so that the agent knows the next step; for a workload that is not there, it names those that
/// are.</summary>
internal sealed class ClusterAdvice(IClusterReader cluster)
{
    private const int LongestSentence = 500;

    /// <summary>The refusal for a read of a workload that failed.</summary>
    public async Task<ToolAnswer> RefuseAsync(WorkloadRef workload, ClusterFailure failure, CancellationToken cancellationToken) =>
        ToolAnswer.Refused(failure.Kind switch
        {
            ClusterFailureKind.NotFound => await WhatExistsAsync(workload, cancellationToken),
            ClusterFailureKind.Forbidden =>
                $"{Sentence(failure)} A cluster administrator must grant the server's credentials get, list and watch on "
                    + $"{workload.Type.ToPlural()}, {(workload.Type.HasReplicaSets() ? "replicasets" : "controllerrevisions")} "
                    + $"and pods in namespace {workload.Namespace}; tell the user.",
            ClusterFailureKind.Unauthorized => $"{Sentence(failure)} The user must renew the credentials; then call again.",
            _ => Sentence(failure),
        });

    public async Task<string> WhatExistsAsync(WorkloadRef workload, CancellationToken cancellationToken)
    {
        var types = ResourceTypes.Workloads;
        var same = cluster.FindSameNamesAsync(workload.Namespace, workload.Name, cancellationToken);
        var lists = await Task.WhenAll(types.Select(type => NamesAsync(type, workload.Namespace, cancellationToken)));

        // Most clusters have no Rollouts, and are not to be doubted for it.
        return ExistingWorkloads.Text(
            workload,
            types.Zip(lists).Where(list => list.First != ResourceType.Rollout || list.Second is { Count: > 0 }).ToDictionary(),
            await same);
    }

    private async Task<IReadOnlyList<string>?> NamesAsync(ResourceType type, string space, CancellationToken cancellationToken)
    {
        var answer = await cluster.ListWorkloadsAsync(type, space, cancellationToken);
        return answer.Succeeded ? [.. answer.Value.Select(item => item.TextAt("metadata", "name") ?? "")] : null;
    }

    /// <summary>The failure as one sentence.</summary>
    public static string Sentence(ClusterFailure failure)
    {
        var text = VisibleText.Of(failure.Message, LongestSentence).TrimEnd();
        return text.EndsWith('.') || text.EndsWith('…') ? text : text + ".";
    }
}
