namespace McpRollout.Rollouts.Cluster;

/// <summary>Asks the cluster what it would say to a rollback, without changing anything.</summary>
internal interface IReleaseRehearsal
{
    /// <summary>Asks by SelfSubjectAccessReview whether the credentials may make a release's records.</summary>
    Task<ClusterAnswer<AccessVerdict>> MayRecordAsync(ReleaseDriver driver, string @namespace, CancellationToken cancellationToken);

    /// <summary>Applies an object of a release with <c>dryRun=All</c>: validation and admission run, nothing is kept.</summary>
    /// <param name="target">The object.</param>
    /// <param name="namespace">Its namespace where it names none and has one.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    Task<ClusterAnswer<JsonElement>> DryRunAsync(JsonElement target, string @namespace, CancellationToken cancellationToken);
}
