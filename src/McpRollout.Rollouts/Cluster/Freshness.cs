namespace McpRollout.Rollouts.Cluster;

/// <summary>How old an answer may be.</summary>
internal enum Freshness
{
    /// <summary>Quorum read: for whatever decides something.</summary>
    Latest,

    /// <summary>From the API server's cache (<c>resourceVersion=0</c>): for whatever is only shown.</summary>
    Cached,
}
