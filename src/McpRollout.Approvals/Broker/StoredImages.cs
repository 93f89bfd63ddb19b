using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Broker;

/// <summary>
/// Remembers in the store which images containers were seen to run, for as many as there is room. Written in the background, and only what
/// is news: who reads pods neither waits for the store nor fails by it.
/// </summary>
internal sealed partial class StoredImages(
    IDatabase database, IClusterReader cluster, TimeProvider time, ILogger<StoredImages> logger) : IImageMemory, IAsyncDisposable
{
    /// <summary>How many rows are kept of one workload; those go first that were not seen for the longest time.</summary>
    public const int MostOfWorkload = 200;

    /// <summary>How many rows are kept in all.</summary>
    public const int Most = 20_000;

    private const int MostSeen = 500;
    private const string OfWorkload = "WHERE cluster = @cluster AND workload = @workload";

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    // What the last write may take once the process ends.
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Workload, ImageRun Run), DateTimeOffset> _seen = [];
    private readonly Dictionary<(string Workload, ImageRun Run), (DateTimeOffset First, DateTimeOffset Last)> _unwritten = [];
    private Task _writing = Task.CompletedTask;
    private DateTimeOffset _notBefore;

    public void See(RevisionHistory history)
    {
        var (now, workload) = (time.GetUtcNow(), history.Workload.Uid);
        var running = ImageSightings.In(history).Take(MostOfWorkload).ToList();
        lock (_gate)
        {
            List<ImageRun> news =
            [
                .. running.Where(run => !_seen.TryGetValue((workload, run), out var at) || now - at >= ImageRecord.Precision),
            ];
            if (news.Count == 0)
                return;
            if (_seen.Count > Most)
                _seen.Clear();
            if (_unwritten.Count > Most)
                _unwritten.Clear();
            foreach (var run in news)
                _unwritten[(workload, run)] = (_unwritten.TryGetValue((workload, run), out var known) ? known.First : now, now);
            if (now < _notBefore)
                return;
            foreach (var run in news)
                _seen[(workload, run)] = now;
            _writing = WriteAsync(_writing, workload, news, now);
        }
    }

    public async Task<ImageRecord?> OfAsync(RevisionHistory history, CancellationToken cancellationToken)
    {
        var unwritten = Unwritten(history.Workload.Uid);
        try
        {
            var identity = await cluster.IdentifyAsync(cancellationToken);
            return identity.Succeeded
                ? (await database.ReadAsync(
                    session => ReadAsync(session, identity.Value.Server, history.Workload.Uid), cancellationToken)).With(unwritten)
                : null;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Ends once all that was seen so far is written, or could not be.</summary>
    public Task WrittenAsync()
    {
        lock (_gate)
            return _writing;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAny(WrittenAsync(), Task.Delay(LastWrite, time));

    private List<RanImage> Unwritten(string workload)
    {
        lock (_gate)
        {
            return
            [
                .. _unwritten.Where(each => each.Key.Workload == workload)
                    .Select(each => new RanImage(each.Key.Run, each.Value.First, each.Value.Last)),
            ];
        }
    }

    private async Task WriteAsync(Task before, string workload, IReadOnlyList<ImageRun> runs, DateTimeOffset now)
    {
        await before;
        try
        {
            // The embedded store would write on the thread of whoever reads pods.
            await Task.Run(() => StoreAsync(workload, runs, now));
            lock (_gate)
            {
                foreach (var run in runs.Where(run => _unwritten.TryGetValue((workload, run), out var seen) && seen.Last <= now))
                    _unwritten.Remove((workload, run));
            }
        }
#pragma warning disable CA1031 // Whatever it is, what was seen is seen again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogNotWritten(logger, failure.Message);
            lock (_gate)
            {
                _notBefore = now + AfterFailure;
                foreach (var run in runs)
                    _seen.Remove((workload, run));
            }
        }
    }

    private async Task StoreAsync(string workload, IReadOnlyList<ImageRun> runs, DateTimeOffset now)
    {
        var identity = await cluster.IdentifyAsync(CancellationToken.None);
        if (!identity.Succeeded)
            throw new StoreUnavailableException(identity.Failure.Message);

        // Another replica may have written it, and all writes wait for each other.
        var known = await database.ReadAsync(session => RanAsync(session, identity.Value.Server, workload), CancellationToken.None);
        if (runs.All(run => known.Exists(ran => ran.Run == run && now - ran.LastSeen < ImageRecord.Precision)))
            return;
        await database.WriteAsync(
            async session =>
            {
                foreach (var run in runs)
                    await WriteAsync(session, identity.Value.Server, workload, run, now.ToUnixTimeMilliseconds());
                await RemoveAsync(session, OfWorkload, MostOfWorkload, identity.Value.Server, workload);
                return await RemoveAsync(session, "", Most, identity.Value.Server, workload);
            },
            CancellationToken.None);
    }

    private static Task<int> WriteAsync(
        StoreSession session, string server, string workload, ImageRun run, long now) => session.ExecuteAsync(
        """
        INSERT INTO ran_images (cluster, workload, revision, container, image, digest, first_seen, last_seen)
        VALUES (@cluster, @workload, @revision, @container, @image, @digest, @now, @now)
        ON CONFLICT (cluster, workload, revision, container, image, digest) DO UPDATE SET last_seen = excluded.last_seen
        WHERE ran_images.last_seen < excluded.last_seen
        """,
        ("@cluster", server), ("@workload", workload), ("@revision", run.Revision), ("@container", run.Container), ("@image", run.Image),
        ("@digest", run.Digest), ("@now", now));

    // PostgreSQL has no LIMIT -1, and SQLite no OFFSET without a LIMIT.
    private static Task<int> RemoveAsync(
        StoreSession session, string which, int kept, string cluster, string workload) => session.ExecuteAsync(
        $"""
        DELETE FROM ran_images WHERE (cluster, workload, revision, container, image, digest) IN (
            SELECT cluster, workload, revision, container, image, digest FROM ran_images {which}
            ORDER BY last_seen DESC, first_seen DESC LIMIT 1000000 OFFSET @kept)
        """,
        ("@kept", kept), ("@cluster", cluster), ("@workload", workload));

    private static Task<List<RanImage>> RanAsync(StoreSession session, string server, string workload) => session.RowsAsync(
        """
        SELECT revision, container, image, digest, first_seen, last_seen FROM ran_images
        WHERE cluster = @cluster AND workload = @workload
        """,
        row => new RanImage(
            new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)), Moment(row, 4), Moment(row, 5)),
        ("@cluster", server), ("@workload", workload));

    private static async Task<ImageRecord> ReadAsync(StoreSession session, string server, string workload)
    {
        var ran = await RanAsync(session, server, workload);
        var seen = await session.RowsAsync(
            """
            SELECT image, digest, MAX(first_seen) AS arrived FROM ran_images
            WHERE cluster = @cluster
                AND image IN (SELECT image FROM ran_images WHERE cluster = @cluster AND workload = @workload)
            GROUP BY image, digest ORDER BY arrived DESC LIMIT @most
            """,
            row => new SeenDigest(row.GetString(0), row.GetString(1), Moment(row, 2)),
            ("@cluster", server), ("@workload", workload), ("@most", MostSeen));
        return new ImageRecord(ran, seen);
    }

    private static DateTimeOffset Moment(System.Data.Common.DbDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Which images run could not be remembered: {Why}")]
    private static partial void LogNotWritten(ILogger logger, string why);
}
