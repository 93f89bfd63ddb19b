namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>Checks that records are unedited, complete and in order.</summary>
internal static class AuditVerifier
{
    private const int BatchSize = 500;

    /// <summary>Checks an audit without its store, and without keeping others from writing to it.</summary>
    /// <param name="file">The file; its parts and checkpoints are looked for beside it.</param>
    /// <param name="checkpoints">Checkpoints that were kept elsewhere.</param>
    /// <param name="key">The public key, if not the one beside the file is to be trusted.</param>
    public static AuditVerdict VerifyFile(string file, string? checkpoints = null, string? key = null)
    {
        var paths = new AuditPaths(file);
        return Verify(paths.Lines(), CheckpointSet.Read(paths, checkpoints, key));
    }

    /// <summary>Reads lines up to the first that does not hold.</summary>
    public static AuditVerdict Verify(IEnumerable<string> lines, CheckpointSet? checkpoints = null)
    {
        var check = new AuditCheck(checkpoints);
        foreach (var line in lines)
        {
            if (check.Take(line) is { } fault)
                return fault;
        }

        return check.End();
    }

    /// <summary>The same, and each record must be in the store as it is in the file, which must have as many as the store had.</summary>
    public static async Task<AuditVerdict> VerifyAsync(
        IEnumerable<string> lines, CheckpointSet checkpoints, AuditLog store, long count, CancellationToken cancellationToken)
    {
        var check = new AuditCheck(checkpoints);
        var stored = new Queue<AuditEntry>();
        foreach (var line in lines)
        {
            var before = check.Verdict;
            if (check.Take(line) is { } fault)
                return fault;
            var seq = check.Verdict.Last.Seq;
            if (stored.Count == 0)
                stored = new(await store.AfterAsync(seq - 1, BatchSize, cancellationToken));
            if (!stored.TryDequeue(out var entry) || entry.Seq != seq)
                return before.At(seq, "the store has no such record: it was appended by another, or removed from the store");
            if (entry.Line != line)
                return before.At(seq, "the store has another record of this number: one of the two was written anew");
        }

        var verdict = check.End();
        return verdict.Holds && count > verdict.Last.Seq
            ? verdict.At(verdict.Last.Seq + 1,
                $"missing at the end; the store has {count} records. If a server was just killed, the next one completes the file.")
            : verdict;
    }
}
