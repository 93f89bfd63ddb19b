using McpRollout.Approvals.Files;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>
/// The JSON Lines file. It is filled from the store, so that a crash between commit and file loses nothing: the next catch-up writes what
/// is missing, and signs how far it came, which the store remembers. Processes that share it take turns.
/// </summary>
internal sealed partial class AuditFile(
    AuditPaths paths, AuditTurn turn, AuditLog log, CheckpointLog checkpoints, CheckpointMemory memory, StoreSignal signal,
    IOptions<AuditOptions> options, ILogger<AuditFile> logger)
    : IAuditSink
{
    private const int BatchSize = 500;

    private readonly KnownAudit _known = new(paths);

    /// <summary>Where it is, and what lies beside it.</summary>
    public AuditPaths Paths => paths;

    /// <summary>The file's full path.</summary>
    public string Path => paths.File;

    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            RememberedCheckpoint? remembered, now;
            using (await turn.TakeAsync(cancellationToken))
            {
                _known.Check();
                remembered = await memory.ReadAsync(cancellationToken);
                now = await FillAsync(remembered, cancellationToken) is { } last
                    ? RememberedCheckpoint.Of(last, paths.CheckpointsLength)
                    : null;
                _known.Remember();
            }

            // Not while others wait for their turn. Who is killed before it leaves the store one behind.
            if (now is not null && now != remembered)
                await RememberAsync(now, cancellationToken);
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
        RememberedCheckpoint? remembered;
        using (await turn.TakeAsync(cancellationToken))
        {
            lines = paths.LinesAsOfNow();
            signed = paths.CheckpointsLength;
            stored = await log.CountAsync(cancellationToken);
            remembered = await memory.ReadAsync(cancellationToken);
        }

        var set = checkpoints(signed);
        var verdict = await AuditVerifier.VerifyAsync(lines, set, log, stored, cancellationToken);
        return verdict.Holds && remembered is not null && set.LossOf(remembered, signed) is { } loss
            ? verdict with { Fault = loss }
            : verdict;
    }

    /// <summary>Where the audit of these settings is; beside the store unless they name a file.</summary>
    public static AuditPaths PathsOf(AuditOptions audit, StorageOptions store) =>
        new(audit.File ?? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(store.FullPath)!, "audit.jsonl"));

    private async Task RememberAsync(RememberedCheckpoint now, CancellationToken cancellationToken)
    {
        await memory.RememberAsync(now, cancellationToken);

        // The anchor is told of checkpoints, not of records.
        if (options.Value.Anchor is not null)
            signal.Raise([]);
    }

    private void PutAside(long part)
    {
        try
        {
            File.Move(Path, paths.Part(part));
            PrivateFiles.CreateFile(Path);
            _known.RememberBegun();
        }
        catch (IOException failure)
        {
            LogNotPutAside(logger, Path, failure.Message);
        }
    }

    /// <returns>The last checkpoint, which covers all; null if there is nothing to cover.</returns>
    private async Task<Checkpoint?> FillAsync(RememberedCheckpoint? remembered, CancellationToken cancellationToken)
    {
        using var file = PrivateFiles.OpenToAppend(Path);
        var (end, torn) = RecordsEnd.Read(file, paths);
        var (checkpoint, tornCheckpoint) = checkpoints.ReadLast(end, remembered);
        await CheckEndsAsync(end, checkpoint, cancellationToken);
        if (tornCheckpoint.Length > 0)
            await RepairAsync(paths.Checkpoints, tornCheckpoint, () => checkpoints.Cut(tornCheckpoint), cancellationToken);
        if (torn.Length > 0)
            await CutTornAsync(file, torn, end, cancellationToken);

        end = await AppendAsync(file, end, cancellationToken);
        if (end.Seq > (checkpoint?.Seq ?? 0))
            checkpoint = checkpoints.Sign(end, PartToPutAside(file));

        // Also what a process left that was killed after it signed.
        if (file.Length > 0 && checkpoint?.Seq == end.Seq && checkpoint.Part is { } part)
        {
            file.Close();
            PutAside(part);
        }

        return checkpoint;
    }

    private async Task CheckEndsAsync(AuditPosition end, Checkpoint? checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint is not null && !await log.HasAsync(new(checkpoint.Seq, checkpoint.Hash), cancellationToken))
            throw AuditRefusals.NotSigned(paths, checkpoint.Seq);
        if (end.Seq > 0 && end.Seq != checkpoint?.Seq && !await log.HasAsync(end, cancellationToken))
            throw AuditRefusals.NotOurs(paths);
        if (end.Seq == checkpoint?.Seq && end.Hash != checkpoint.Hash)
            throw AuditRefusals.NotOurs(paths);
    }

    private async Task<AuditPosition> AppendAsync(FileStream file, AuditPosition end, CancellationToken cancellationToken)
    {
        file.Position = file.Length;
        var before = end;
        while (await log.AfterAsync(end.Seq, BatchSize, cancellationToken) is [.., var last] batch)
        {
            file.Write(Encoding.UTF8.GetBytes(string.Concat(batch.Select(entry => entry.Line + '\n'))));
            end = new AuditPosition(last.Seq, last.Hash);
        }

        if (end != before)
            file.Flush(flushToDisk: true);
        return end;
    }

    private long? PartToPutAside(FileStream file) => options.Value.RotateBytes > 0 && file.Length >= options.Value.RotateBytes
        ? RecordsEnd.PositionOf(Encoding.UTF8.GetBytes(AuditPaths.LinesOf(Path).First()))?.Seq
        : null;

    // What stands behind the last line's end was cut off while it was written, if the store has it whole; if not, it is somebody else's.
    private async Task CutTornAsync(FileStream file, byte[] torn, AuditPosition end, CancellationToken cancellationToken)
    {
        var next = await log.AfterAsync(end.Seq, limit: 1, cancellationToken) is [var missing] ? missing.Line : "";
        if (!JsonLines.IsTornOff(torn, Encoding.UTF8.GetBytes(next)))
            throw AuditRefusals.NotTornOff(Path, torn.Length);
        await RepairAsync(Path, torn, () => JsonLines.Cut(file, torn), cancellationToken);
    }

    private async Task RepairAsync(string path, byte[] torn, Action cut, CancellationToken cancellationToken)
    {
        LogTornOff(logger, path, torn.Length);
        await log.RecordAsync(TakenOff.Of(torn).Record(memory.NameOf(path), AuditActor.System), cancellationToken);
        cut();
        signal.Raise([]);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit file {File} is full and could not be put aside, so it grows on: {Why}")]
    private static partial void LogNotPutAside(ILogger logger, string file, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last {Bytes} bytes of {File} were cut off by a crash or a full disk while they "
        + "were written: they are taken off, on record, and written again.")]
    private static partial void LogTornOff(ILogger logger, string file, int bytes);
}
