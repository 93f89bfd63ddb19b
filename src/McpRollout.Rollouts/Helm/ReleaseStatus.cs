namespace McpRollout.Rollouts.Helm;

/// <summary>What Helm says of one revision of a release. Source: <c>helm/helm</c>, <c>pkg/release/common/status.go</c>.</summary>
internal enum ReleaseStatus
{
    /// <summary>Helm's own word, and whatever none of the others is.</summary>
    Unknown,

    /// <summary>The one that is in force.</summary>
    Deployed,

    /// <summary>Taken away, and its record kept.</summary>
    Uninstalled,

    /// <summary>Another has taken its place.</summary>
    Superseded,

    /// <summary>Its installation, upgrade or rollback went wrong. Objects may have been changed all the same.</summary>
    Failed,

    /// <summary>Being taken away.</summary>
    Uninstalling,

    /// <summary>A <c>helm install</c> is under way, or was ended before it was done.</summary>
    PendingInstall,

    /// <summary>The same of a <c>helm upgrade</c>.</summary>
    PendingUpgrade,

    /// <summary>The same of a <c>helm rollback</c>.</summary>
    PendingRollback,
}

/// <summary>How they are spelled.</summary>
internal static class ReleaseStatuses
{
    private static readonly Dictionary<string, ReleaseStatus> ByName =
        Enum.GetValues<ReleaseStatus>().ToDictionary(ToName, StringComparer.Ordinal);

    /// <summary>The name in records, labels and answers.</summary>
    public static string ToName(this ReleaseStatus status) => status switch
    {
        ReleaseStatus.PendingInstall => "pending-install",
        ReleaseStatus.PendingUpgrade => "pending-upgrade",
        ReleaseStatus.PendingRollback => "pending-rollback",
        _ => status.ToString().ToLowerInvariant(),
    };

    /// <summary>Reads a name; what is none is <see cref="ReleaseStatus.Unknown"/>.</summary>
    public static ReleaseStatus Parse(string? name) => ByName.GetValueOrDefault(name ?? "");

    /// <summary>Whether somebody is at it, or was ended in the middle of it. <c>helm upgrade</c> refuses a release in that state.</summary>
    public static bool IsPending(this ReleaseStatus status) =>
        status is ReleaseStatus.PendingInstall or ReleaseStatus.PendingUpgrade or ReleaseStatus.PendingRollback;
}
