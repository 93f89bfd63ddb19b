using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>The file of checkpoints. Whoever holds the audit's lock signs.</summary>
internal sealed class CheckpointLog(AuditPaths paths, TimeProvider time) : IDisposable
{
    private CheckpointKey? _key;
    private string? _pem;

    /// <summary>The last checkpoint of the key that signs, null if there is none; and what a torn one left behind it.</summary>
    /// <param name="end">The audit's end: whatever was torn off was to cover it.</param>
    /// <param name="remembered">What the store remembers. If nothing, what is here is taken for it.</param>
    /// <exception cref="AuditUnavailableException">The file ends with something else, or something is missing.</exception>
    public (Checkpoint? Last, byte[] Torn) ReadLast(AuditPosition end, RememberedCheckpoint? remembered)
    {
        ReadKey();
        var (last, torn) = ReadEnd();
        var known = remembered ?? (last is null ? null : RememberedCheckpoint.Of(last));
        if (known is not null && known.LossOf(_key?.Id, last, paths.CheckpointsLength - torn.Length) is var loss and not AuditLoss.None)
            throw AuditRefusals.Lost(paths, loss, known);
        if (torn.Length > 0 && !(_key is not null && Checkpoint.IsTornOff(torn, Checkpoint.Beginning(end, _key.Id))))
            throw AuditRefusals.NotTornOff(paths.Checkpoints, torn.Length);

        // An earlier key's, if this one was just taken in its place.
        if (last is null || last.KeyId != _key!.Id)
            return (null, torn);
        return _key.HasSigned(last) ? (last, torn) : throw AuditRefusals.NoCheckpoint(paths);
    }

    /// <summary>The last whole line of the checkpoints; null if there is none, or they cannot be read.</summary>
    public static string? LastLine(AuditPaths paths)
    {
        try
        {
            return JsonLines.ReadEnd(paths.Checkpoints).Last is { Length: > 0 } last ? Encoding.UTF8.GetString(last) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Takes a torn checkpoint off.</summary>
    public void Cut(byte[] torn)
    {
        using var file = PrivateFiles.OpenToAppend(paths.Checkpoints);
        JsonLines.Cut(file, torn);
    }

    /// <summary>Signs how far the audit has come.</summary>
    /// <param name="end">The last record in the file.</param>
    /// <param name="part">If the file is to be put aside: its first record.</param>
    public Checkpoint Sign(AuditPosition end, long? part)
    {
        _key ??= CheckpointKey.Create(paths);
        var checkpoint = Checkpoint.Sign(_key, end, part, time.GetUtcNow());
        using var file = PrivateFiles.OpenToAppend(paths.Checkpoints);
        file.Position = file.Length;
        file.Write(Encoding.UTF8.GetBytes(checkpoint.ToLine() + '\n'));
        file.Flush(flushToDisk: true);
        return checkpoint;
    }

    public void Dispose() => _key?.Dispose();

    private (Checkpoint? Last, byte[] Torn) ReadEnd()
    {
        if (!File.Exists(paths.Checkpoints))
            return (null, []);
        using var file = PrivateFiles.OpenToAppend(paths.Checkpoints);
        var (line, torn) = JsonLines.ReadEnd(file);
        return line.Length == 0
            ? (null, torn)
            : (Checkpoint.Parse(Encoding.UTF8.GetString(line)) ?? throw AuditRefusals.NoCheckpoint(paths), torn);
    }

    // A key that is gone from the disk, or is another there, must not go on signing in this process only.
    private void ReadKey()
    {
        var pem = File.Exists(paths.Key) ? File.ReadAllText(paths.Key) : null;
        if (pem == _pem)
            return;
        _key?.Dispose();
        (_key, _pem) = (null, null);
        try
        {
            (_key, _pem) = (CheckpointKey.Read(paths), pem);
        }
        catch (IOException broken)
        {
            throw AuditRefusals.NoKey(broken);
        }
    }
}
