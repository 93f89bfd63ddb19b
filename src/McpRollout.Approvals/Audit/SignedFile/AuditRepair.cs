namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>How a repair ended.</summary>
/// <param name="TakenOff">What was put aside, by the file that it was in.</param>
/// <param name="Fault">What cannot be repaired because it is no torn end, in a sentence; nothing was done then.</param>
internal sealed record RepairResult(IReadOnlyDictionary<string, TakenOff> TakenOff, string? Fault = null);

/// <summary>
/// Puts aside what stands at the end of the audit's file, or of its checkpoints, and is neither a record nor a checkpoint. Whatever is one
/// and does not hold was written by somebody, and is left as it is.
/// </summary>
internal sealed class AuditRepair(AuditPaths paths, AuditTurn turn, AuditLog log, CheckpointMemory memory)
{
    /// <summary>Repairs, on record. What is missing then is written by the next catch-up.</summary>
    public async Task<RepairResult> RunAsync(AuditActor actor, CancellationToken cancellationToken)
    {
        using var mine = await turn.TakeAsync(cancellationToken);
        var tails = new Dictionary<string, long>();
        if (File.Exists(paths.File))
        {
            var held = await new StoredRecords(log).HeldAsync(paths.File, RecordsEnd.OfParts(paths).Seq, cancellationToken);
            if (held.OtherSeq is { } other)
                return Tampered($"record {held.Seq + 1} of {paths.File} is not as the store has it, and behind it stands a record that "
                    + $"calls itself {other}");
            if (!held.IsWhole)
                tails[paths.File] = held.Bytes;
        }

        if (File.Exists(paths.Checkpoints) && EndOfCheckpoints() is var (end, isFollowed) && end < new FileInfo(paths.Checkpoints).Length)
        {
            if (isFollowed)
                return Tampered($"{paths.Checkpoints} has something else between its checkpoints, from byte {end} on");
            tails[paths.Checkpoints] = end;
        }

        var done = new Dictionary<string, TakenOff>();
        foreach (var (path, from) in tails)
            done[path] = await TakeOffAsync(path, from, actor, cancellationToken);
        return new(done);
    }

    private async Task<TakenOff> TakeOffAsync(string path, long from, AuditActor actor, CancellationToken cancellationToken)
    {
        var taken = TakenOff.CopyAside(path, from);
        await log.RecordAsync(taken.Record(memory.NameOf(path), actor), cancellationToken);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.SetLength(from);
        file.Flush(flushToDisk: true);
        return taken;
    }

    private (long End, bool IsFollowed) EndOfCheckpoints()
    {
        var (end, isBroken) = (0L, false);
        foreach (var (at, line, isWhole) in JsonLines.All(paths.Checkpoints))
        {
            if (!isWhole || Checkpoint.Parse(Encoding.UTF8.GetString(line)) is null)
                isBroken = true;
            else if (isBroken)
                return (end, true);
            else
                end = at + line.Length + 1;
        }

        return (end, false);
    }

    private static RepairResult Tampered(string what) => new(
        new Dictionary<string, TakenOff>(), $"{what}: that is no torn end, and nothing was changed. Run 'mcp-rollout audit verify'.");
}
