namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>How far a file of records is what the store has.</summary>
/// <param name="Seq">The last record that both have alike.</param>
/// <param name="Bytes">How many bytes of the file that is.</param>
/// <param name="IsWhole">Whether that is all of the file.</param>
/// <param name="OtherSeq">A record that stands behind it all the same, by the number that it gives itself; null if there is none.</param>
internal sealed record HeldRecords(long Seq, long Bytes, bool IsWhole, long? OtherSeq);

/// <summary>Compares files of records with the store, byte for byte.</summary>
internal sealed class StoredRecords(AuditLog log)
{
    private const int BatchSize = 500;

    /// <summary>Follows a file up to the first line that is not the store's.</summary>
    /// <param name="file">The file.</param>
    /// <param name="seq">The last record before it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<HeldRecords> HeldAsync(string file, long seq, CancellationToken cancellationToken)
    {
        var stored = new Queue<AuditEntry>();
        long? end = null;
        var bytes = 0L;
        foreach (var (at, line, isWhole) in JsonLines.All(file))
        {
            if (end is null && isWhole && stored.Count == 0)
                stored = new(await log.AfterAsync(seq, BatchSize, cancellationToken));
            if (end is null && isWhole && stored.TryDequeue(out var entry)
                && line.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(entry.Line)))
                (seq, bytes) = (entry.Seq, at + line.Length + 1);
            else if (isWhole && RecordsEnd.PositionOf(line) is { } other)
                return new(seq, bytes, IsWhole: false, other.Seq);
            else
                end ??= at;
        }

        return new(seq, bytes, IsWhole: end is null, OtherSeq: null);
    }
}
