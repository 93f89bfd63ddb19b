using McpRollout.Mcp.Arguments;

namespace McpRollout.Mcp.Answers;

/// <summary>Words a failure to read a release so that the agent knows the next step; for one that is not there, it names those that
/// are.</summary>
internal sealed class ReleaseAdvice(ReleaseReader releases)
{
    private const int NamesListed = 12;

    /// <summary>The refusal for a read of a release that failed.</summary>
    public async Task<ToolAnswer> RefuseAsync(ReleaseRef release, ClusterFailure failure, CancellationToken cancellationToken) =>
        ToolAnswer.Refused(failure.Kind switch
        {
            ClusterFailureKind.NotFound => await WhatExistsAsync(release, cancellationToken),
            ClusterFailureKind.Forbidden => $"{ClusterAdvice.Sentence(failure)} A cluster administrator must grant the server's "
                + $"credentials get and list on secrets and configmaps in namespace {release.Namespace}, in which Helm keeps its releases "
                + "(docs/rbac in the project); tell the user.",
            _ => ClusterAdvice.Sentence(failure),
        });

    /// <summary>A revision is not among those that are kept.</summary>
    public static ToolAnswer NoSuchRevision(ReleaseHistory history, long revision) => ToolAnswer.Refused(
        $"{history.Release} has no revision {revision}. Its revisions: {NumberList.Of(history.Revisions.Select(each => each.Number))}.");

    private async Task<string> WhatExistsAsync(ReleaseRef release, CancellationToken cancellationToken)
    {
        var missing = $"There is no {release} in namespace {release.Namespace}.";
        var names = await releases.NamesAsync(release.Namespace, cancellationToken) ?? [];
        return names.Count == 0
            ? $"{missing} It has no releases of Helm at all: check the namespace, and the cluster. A chart that Argo CD renders leaves no "
                + "release: ask for its workloads."
            : $"{missing} Those there: "
                + string.Join(", ", SimilarName.Order(release.Name, names).Take(NamesListed).Select(ShownValue.Name))
                + $"{(names.Count > NamesListed ? $" and {names.Count - NamesListed} more" : "")}.";
    }
}
