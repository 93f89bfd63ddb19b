namespace McpRollout.Rollouts.Cluster;

/// <summary>The one way in which the product changes a release. Only <c>UndoWriter</c> may use it; a test holds all else off.</summary>
internal interface IReleaseWriter
{
    /// <summary>
    /// Starts <c>helm rollback</c>, once. Helm goes on though this process ends: whatever it does, it has made a record of it first.
    /// </summary>
    /// <param name="namespace">The release's namespace.</param>
    /// <param name="release">The release's name.</param>
    /// <param name="revision">The revision to go back to.</param>
    /// <param name="driver">What Helm keeps the release in.</param>
    /// <param name="cancellationToken">Gives it up while nothing is started.</param>
    Task<HelmRun> BeginRollbackAsync(
        string @namespace, string release, long revision, ReleaseDriver driver, CancellationToken cancellationToken);
}

/// <summary>A run of helm.</summary>
/// <param name="End">How it ends.</param>
internal sealed record HelmRun(Task<HelmEnd> End)
{
    /// <summary>One that could not be started.</summary>
    public static HelmRun NotBegun(string why) => new(Task.FromResult(new HelmEnd(null, why)));
}

/// <summary>How a run of helm ended.</summary>
/// <param name="ExitCode">Its exit code; null if it could not be started.</param>
/// <param name="Words">What it said, as it said it, or why it could not be started.</param>
internal sealed record HelmEnd(int? ExitCode, string Words);
