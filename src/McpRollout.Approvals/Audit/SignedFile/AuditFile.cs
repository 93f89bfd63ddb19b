using McpRollout.Approvals.Files;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>
/// The JSON Lines file. It is filled from the store, so that a crash between commit and file loses nothing: the next catch-up writes what
/// is missing, and signs how far it came. Processes that share it take turns by a lock file beside it.
/// </summary>
internal sealed partial class AuditFile(
    AuditLog log, IOptions<AuditOptions> options, IOptions<StorageOptions> storage, TimeProvider time, ILogger<AuditFile> logger)
    : IAuditSink, IDisposable
{
    private const int BatchSize = 500;

    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(5);

    private readonly CheckpointLog _checkpoints = new(PathsOf(options.Value, storage.Value), time);

    private readonly KnownAudit _known = new(PathsOf(options.Value, storage.Value));

    /// <summary>Where it is, and what lies beside it.</summary>
    public AuditPaths Paths => _checkpoints.Paths;

    /// <summary>The file's full path.</summary>
    public string Path => Paths.File;

    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            PrivateFiles.CreateFolder(System.IO.Path.GetDirectoryName(Path)!);
            using var turn = await TakeTurnAsync(cancellationToken);
            _known.Check();
            if (await FillAsync(cancellationToken) is { } part)
                PutAside(part);
            _known.Remember();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AuditUnavailableException($"The audit file {Path} cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Checks file, checkpoints and store against each other, as far as they are now. Others are kept from writing only while that
    /// is noted.</summary>
    /// <param name="checkpoints">Reads so many bytes of the checkpoints.</param>
    /// <param name="cancellationToken">Ends the wait for the others.</param>
    public async Task<AuditVerdict> VerifyAsync(Func<long, CheckpointSet> checkpoints, CancellationToken cancellationToken)
    {
        IEnumerable<string> lines;
        long signed, stored;
        using (await TakeTurnAsync(cancellationToken))
        {
            lines = Paths.LinesAsOfNow();
            signed = File.Exists(Paths.Checkpoints) ? new FileInfo(Paths.Checkpoints).Length : 0;
            stored = await log.CountAsync(cancellationToken);
        }

        return await AuditVerifier.VerifyAsync(lines, checkpoints(signed), log, stored, cancellationToken);
    }

    public void Dispose() => _checkpoints.Dispose();

    /// <summary>Where the audit of these settings is; beside the store unless they name a file.</summary>
    public static AuditPaths PathsOf(AuditOptions audit, StorageOptions store) =>
        new(audit.File ?? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(store.FullPath)!, "audit.jsonl"));

    private void PutAside(long part)
    {
        try
        {
            File.Move(Path, Paths.Part(part));
            PrivateFiles.CreateFile(Path);
        }
        catch (IOException failure)
        {
            LogNotPutAside(logger, Path, failure.Message);
        }
    }

    /// <returns>If the file is to be put aside: its first record.</returns>
    private async Task<long?> FillAsync(CancellationToken cancellationToken)
    {
        using var file = PrivateFiles.OpenToAppend(Path);
        var (end, torn) = ReadEnd(file);
        var checkpoint = _checkpoints.ReadLast(end);
        if (checkpoint is not null && await log.HashOfAsync(checkpoint.Seq, cancellationToken) != checkpoint.Hash)
            throw NotSigned(checkpoint);
        if (end.Seq > 0 && end.Seq != checkpoint?.Seq && await log.HashOfAsync(end.Seq, cancellationToken) != end.Hash)
            throw NotOurs();
        if (end.Seq == checkpoint?.Seq && end.Hash != checkpoint.Hash)
            throw NotOurs();

        var batch = await log.AfterAsync(end.Seq, BatchSize, cancellationToken);
        if (torn.Length > 0)
            CutTorn(file, torn, batch);
        if (batch.Count > 0)
        {
            file.Position = file.Length;
            for (; batch.Count > 0; batch = await log.AfterAsync(end.Seq, BatchSize, cancellationToken))
            {
                file.Write(Encoding.UTF8.GetBytes(string.Concat(batch.Select(entry => entry.Line + '\n'))));
                end = new AuditPosition(batch[^1].Seq, batch[^1].Hash);
            }

            file.Flush(flushToDisk: true);
        }

        if (end.Seq > (checkpoint?.Seq ?? 0))
            checkpoint = _checkpoints.Sign(end, PartToPutAside(file));

        // Also what a process left that was killed after it signed.
        return file.Length > 0 && checkpoint?.Seq == end.Seq ? checkpoint.Part : null;
    }

    private long? PartToPutAside(FileStream file) => options.Value.RotateBytes > 0 && file.Length >= options.Value.RotateBytes
        ? PositionOf(Encoding.UTF8.GetBytes(AuditPaths.LinesOf(Path).First())).Seq
        : null;

    private (AuditPosition End, byte[] Torn) ReadEnd(FileStream file)
    {
        var (line, torn) = JsonLines.ReadEnd(file);
        if (line.Length > 0)
            return (PositionOf(line), torn);
        if (Paths.Parts() is not [.., var part])
            return (AuditPosition.Start, torn);
        using var aside = new FileStream(part, FileMode.Open, FileAccess.Read);
        return JsonLines.ReadEnd(aside) is ({ Length: > 0 } last, []) ? (PositionOf(last), torn) : throw NotOurs();
    }

    // What stands behind the last line's end was cut off by a crash while it was written, if the store has it whole; if not, it is somebody
    // else's.
    private void CutTorn(FileStream file, byte[] torn, List<AuditEntry> missing)
    {
        if (missing is not [var next, ..] || !Encoding.UTF8.GetBytes(next.Line).AsSpan().StartsWith(torn))
            throw NotOurs();
        JsonLines.Cut(file, torn);
    }

    private AuditPosition PositionOf(byte[] line)
    {
        try
        {
            using var record = JsonDocument.Parse(line);
            return new(record.RootElement.GetProperty("seq").GetInt64(), record.RootElement.GetProperty("hash").GetString()!);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AuditUnavailableException(NotOurs().Message, failure);
        }
    }

    private AuditUnavailableException NotOurs() => new(
        $"The audit file {Path} does not end with a record of this store: run 'mcp-rollout audit verify', keep the file, and move it away "
            + "or set Audit:File.");

    private AuditUnavailableException NotSigned(Checkpoint checkpoint) => new(
        $"The store no longer has record {checkpoint.Seq} as {Paths.Checkpoints} has signed it: run 'mcp-rollout audit verify'. If another "
            + "store was put in place, keep the old audit and set Audit:File.");

    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return PrivateFiles.OpenAlone(Paths.Lock);
            }
            catch (IOException) when (time.GetElapsedTime(started) < options.Value.Deadline && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(LockPause, time, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit file {File} is full and could not be put aside, so it grows on: {Why}")]
    private static partial void LogNotPutAside(ILogger logger, string file, string why);
}
