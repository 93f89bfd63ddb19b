namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>Checkpoints to check an audit against, by the record that they cover.</summary>
/// <param name="Source">Where they are from, for people.</param>
/// <param name="All">Those whose signature holds.</param>
/// <param name="Fault">The first that does not hold, in a sentence; null if all do.</param>
/// <param name="FaultSeq">The record that it claims to cover; 0 if it does not say.</param>
internal sealed record CheckpointSet(string Source, ILookup<long, Checkpoint> All, string? Fault = null, long FaultSeq = 0)
{
    /// <summary>The key that the newest must be signed with.</summary>
    public string? KeyId { get; private init; }

    /// <summary>The newest of those that were kept elsewhere.</summary>
    public Checkpoint? LastKeptElsewhere { get; private init; }

    /// <summary>The last record that one of them covers; 0 if there is none.</summary>
    public long LastSeq { get; } = All.Select(each => each.Key).DefaultIfEmpty().Max();

    /// <summary>How many there are.</summary>
    public int Count { get; } = All.Sum(each => each.Count());

    /// <summary>The newest.</summary>
    public Checkpoint? Last => All[LastSeq].LastOrDefault();

    /// <summary>The first checkpoint of a key that covers a record; null if none does yet.</summary>
    public Checkpoint? CoveringBy(long seq, string keyId) =>
        All.Where(each => each.Key >= seq).SelectMany(each => each).Where(each => each.KeyId == keyId).MinBy(each => each.Seq);

    /// <summary>What is missing of that which the store remembers, in a sentence; null if nothing is.</summary>
    /// <param name="remembered">What the store remembers.</param>
    /// <param name="length">How many bytes of checkpoints there are beside the audit.</param>
    public string? LossOf(RememberedCheckpoint remembered, long length) =>
        KeyId != remembered.KeyId ? $"The newest checkpoint is signed with another key than the store remembers, {remembered.KeyId}"
        : LastSeq < remembered.Seq ? $"Checkpoints are missing: the store remembers one that covers record {remembered.Seq}, and the last "
            + $"one here covers {LastSeq}"
        : length < remembered.Length ? $"Checkpoints are missing: the store remembers {remembered.Length} bytes of them, and here are "
            + $"{length}"
        : null;

    /// <summary>Reads those beside an audit, and those that were kept elsewhere.</summary>
    /// <param name="paths">The audit.</param>
    /// <param name="keptElsewhere">The file of the latter, if there is one.</param>
    /// <param name="keyFile">The public key, if not the one beside the audit is to be trusted.</param>
    /// <param name="length">How many bytes of those beside the audit are read.</param>
    /// <exception cref="IOException">A file cannot be read, or there is no key.</exception>
    public static CheckpointSet Read(AuditPaths paths, string? keptElsewhere = null, string? keyFile = null, long length = long.MaxValue)
    {
        var files = new[] { paths.Checkpoints, keptElsewhere }.OfType<string>()
            .Where(file => file == keptElsewhere || File.Exists(file)).Distinct().ToList();
        if (files.Count == 0)
            return new CheckpointSet(paths.Checkpoints, Enumerable.Empty<Checkpoint>().ToLookup(each => each.Seq));
        keyFile ??= paths.PublicKey;
        if (!File.Exists(keyFile))
            throw new FileNotFoundException($"There is no public key {keyFile} to check the checkpoints with: name it with --key.");
        using var keys = PublicKeys.Read(keyFile, paths.RetiredPublicKeys());
        return Check(files.SelectMany(file => Lines(file, file == paths.Checkpoints ? length : long.MaxValue)), string.Join(" and ", files),
            keys, keptElsewhere);
    }

    private static CheckpointSet Check(
        IEnumerable<(string File, int Number, string Line)> lines, string source, PublicKeys keys, string? keptElsewhere)
    {
        var held = new List<Checkpoint>();
        Checkpoint? elsewhere = null;
        foreach (var (file, number, line) in lines)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{file}, line {number}");
            if (Checkpoint.Parse(line) is not { } checkpoint)
            {
                // What a crash cut off cannot be taken out of a file that only grows; it covers nothing.
                if (file == keptElsewhere && Checkpoint.IsTornOff(Encoding.UTF8.GetBytes(line)))
                    continue;
                return Set($"{where} is not a checkpoint", 0);
            }

            if (keys.Find(checkpoint.KeyId) is not { } key)
                return Set($"{where} is signed with another key than {keys.TrustedFile}: it was made by another, or the key was replaced",
                    checkpoint.Seq);
            if (!checkpoint.IsSignedBy(key))
                return Set($"{where} does not match its signature: it was edited", checkpoint.Seq);
            held.Add(checkpoint);
            if (file == keptElsewhere && checkpoint.Seq >= (elsewhere?.Seq ?? 0))
                elsewhere = checkpoint;
        }

        return Set(fault: null, 0);

        CheckpointSet Set(string? fault, long seq) => new(source, held.ToLookup(each => each.Seq), fault, seq)
        {
            KeyId = keys.TrustedId,
            LastKeptElsewhere = elsewhere,
        };
    }

    // What follows the last line's end is a checkpoint that a crash cut off, unless it can be read: then a copy just lacks its line's end.
    private static IEnumerable<(string File, int Number, string Line)> Lines(string file, long length)
    {
        var isWhole = JsonLines.EndsWithLine(file);
        using var lines = AuditPaths.FirstLinesOf(file, length).GetEnumerator();
        for (var (number, more) = (1, lines.MoveNext()); more; number++)
        {
            var line = lines.Current;
            more = lines.MoveNext();
            if (more || isWhole || Checkpoint.Parse(line) is not null)
                yield return (file, number, line);
        }
    }
}
