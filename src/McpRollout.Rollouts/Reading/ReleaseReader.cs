using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Helm;

namespace McpRollout.Rollouts.Reading;

/// <summary>
/// Reads a release from Helm's own records: first which there are, then those that are told of, as each may be a megabyte.
/// </summary>
internal sealed class ReleaseReader(IReleaseRecords records)
{
    private const int AtTheSameTime = 4;
    private const int FollowersAtMost = 8;

    /// <summary>The release with the records of its newest revisions, and of the one before them, which is what they are compared
    /// with.</summary>
    /// <param name="release">The release.</param>
    /// <param name="limit">How many of the newest.</param>
    /// <param name="inFull">An older one that is wanted besides; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<ClusterAnswer<ReleaseHistory>> ReadAsync(
        ReleaseRef release, int limit, long? inFull, CancellationToken cancellationToken) =>
        ReadAsync(
            release,
            Freshness.Cached,
            entries => entries.Take(limit + 1).Concat(entries.SkipWhile(each => inFull is null || each.Revision > inFull).Take(2)),
            cancellationToken);

    /// <summary>The release with the record of its last revision only.</summary>
    public Task<ClusterAnswer<ReleaseHistory>> ReadCurrentAsync(ReleaseRef release, CancellationToken cancellationToken) =>
        ReadAsync(release, Freshness.Cached, entries => entries.Take(1), cancellationToken);

    /// <summary>The release as it is at this moment, with the records of its last revision and of another one.</summary>
    public Task<ClusterAnswer<ReleaseHistory>> ReadWithAsync(ReleaseRef release, long revision, CancellationToken cancellationToken) =>
        ReadAsync(
            release, Freshness.Latest, entries => entries.Take(1).Concat(entries.Where(each => each.Revision == revision)),
            cancellationToken);

    /// <summary>The release as it is at this moment, with the records of its last revision and of those that followed another
    /// one.</summary>
    public Task<ClusterAnswer<ReleaseHistory>> ReadSinceAsync(ReleaseRef release, long revision, CancellationToken cancellationToken) =>
        ReadAsync(
            release,
            Freshness.Latest,
            entries => entries.Take(1).Concat(entries.Where(each => each.Revision > revision).TakeLast(FollowersAtMost)),
            cancellationToken);

    /// <summary>The names of the namespace's releases; null if they cannot be read.</summary>
    public async Task<IReadOnlyList<string>?> NamesAsync(string @namespace, CancellationToken cancellationToken)
    {
        var listed = await ListAsync(@namespace, null, Freshness.Cached, cancellationToken);
        return listed.Succeeded ? [.. listed.Value.Select(entry => entry.Release).Distinct().Order(StringComparer.Ordinal)] : null;
    }

    private async Task<ClusterAnswer<ReleaseHistory>> ReadAsync(
        ReleaseRef release,
        Freshness freshness,
        Func<IReadOnlyList<ReleaseEntry>, IEnumerable<ReleaseEntry>> wanted,
        CancellationToken cancellationToken)
    {
        var listed = await ListAsync(release.Namespace, release.Name, freshness, cancellationToken);
        if (!listed.Succeeded)
            return listed.Failure;

        List<ReleaseEntry> entries = [.. listed.Value.OrderByDescending(entry => entry.Revision)];
        var read = new Dictionary<long, ReleaseRevision>();
        foreach (var some in wanted(entries).Distinct().ToList().Chunk(AtTheSameTime))
        {
            var answers = await Task.WhenAll(some.Select(entry =>
                records.GetReleaseRecordAsync(entry.Driver, release.Namespace, entry.RecordName, cancellationToken)));
            foreach (var (entry, answer) in some.Zip(answers))
            {
                if (answer.Succeeded)
                    read[entry.Revision] = ReleaseRevision.Of(entry, answer.Value);
                else if (answer.Failure.Kind == ClusterFailureKind.NotFound)
                    entries.Remove(entry);
                else
                    return answer.Failure;
            }
        }

        return entries.Count > 0
            ? ReleaseHistory.Of(release, entries.Select(entry => read.GetValueOrDefault(entry.Revision) ?? new(entry, null, null)))
            : new ClusterFailure(ClusterFailureKind.NotFound, $"There is no {release} in namespace {release.Namespace}.");
    }

    // A release is in the one or the other. Of one that somebody moved, Helm reads the Secrets unless it is told otherwise, and never both:
    // what it left in ConfigMaps is no revision to go back to.
    private async Task<ClusterAnswer<IReadOnlyList<ReleaseEntry>>> ListAsync(
        string @namespace, string? release, Freshness freshness, CancellationToken cancellationToken)
    {
        ReleaseDriver[] drivers = [ReleaseDriver.Secret, ReleaseDriver.ConfigMap];
        var answers = await Task.WhenAll(drivers.Select(driver =>
            records.ListReleaseRecordsAsync(driver, @namespace, release, freshness, cancellationToken)));
        var entries = drivers.Zip(answers)
            .SelectMany(each => (each.Second.Value ?? []).Select(stored => ReleaseEntry.Of(each.First, stored)).OfType<ReleaseEntry>())
            .GroupBy(entry => entry.Release)
            .SelectMany(same => same.Where(entry => entry.Driver == same.First().Driver).DistinctBy(entry => entry.Revision)).ToList();
        return entries.Count == 0 && answers.FirstOrDefault(answer => !answer.Succeeded).Failure is { } failure ? failure : entries;
    }
}
