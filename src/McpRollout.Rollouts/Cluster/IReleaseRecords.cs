namespace McpRollout.Rollouts.Cluster;

/// <summary>
/// The objects in which Helm keeps its releases. They hold whole manifests and values, secret ones too, so they are asked for only where
/// <c>Helm:Enabled</c> says so: elsewhere nobody is given this port.
/// </summary>
internal interface IReleaseRecords
{
    /// <summary>The metadata of the records of one release, or of all in the namespace (null). Their labels say which revision each
    /// is.</summary>
    Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListReleaseRecordsAsync(
        ReleaseDriver driver, string @namespace, string? release, Freshness freshness, CancellationToken cancellationToken);

    /// <summary>One record as it is stored.</summary>
    Task<ClusterAnswer<JsonElement>> GetReleaseRecordAsync(
        ReleaseDriver driver, string @namespace, string name, CancellationToken cancellationToken);
}
