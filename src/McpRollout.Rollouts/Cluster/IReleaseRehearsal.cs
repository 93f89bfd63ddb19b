namespace McpRollout.Rollouts.Cluster;

/// <summary>Asks the cluster what it would say to a rollback, without changing anything.</summary>
internal interface IReleaseRehearsal
{
    /// <summary>Asks by SelfSubjectAccessReview whether the credentials may make and change a release's records.</summary>
    Task<ClusterAnswer<AccessVerdict>> MayRecordAsync(ReleaseDriver driver, string @namespace, CancellationToken cancellationToken);

    /// <summary>Applies an object of a release with <c>dryRun=All</c>: validation and admission run, nothing is kept.</summary>
    /// <param name="target">The object.</param>
    /// <param name="source">The YAML that says the same; null to send the object as JSON.</param>
    /// <param name="namespace">Its namespace where it names none and has one.</param>
    /// <param name="forces">Whether it is applied though somebody else applies the same fields.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    Task<ClusterAnswer<JsonElement>> DryRunAsync(
        JsonElement target, string? source, string @namespace, bool forces, CancellationToken cancellationToken);
}
