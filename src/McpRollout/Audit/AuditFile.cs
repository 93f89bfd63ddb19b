using System.Text;
using System.Text.Json;
using McpRollout.Broker;
using McpRollout.Broker.Storage;
using Microsoft.Extensions.Options;

namespace McpRollout.Audit;

/// <summary>
/// The JSON Lines file. It is filled from the store, so that a crash between commit and file loses nothing: the next catch-up writes what is missing.
/// Processes that share it take turns by a lock file beside it.
/// </summary>
internal sealed class AuditFile(AuditLog log, IOptions<AuditOptions> options, IOptions<StorageOptions> storage, TimeProvider time) : IAuditSink
{
    private const int BatchSize = 500;
    private const int TailBytes = 64 * 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(5);

    /// <summary>The file's full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(
        options.Value.File ?? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(storage.Value.FullPath)!, "audit.jsonl"));

    /// <inheritdoc/>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            PrivateFiles.CreateFolder(System.IO.Path.GetDirectoryName(Path)!);
            var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);

            // A disk that hangs must not hang the callers. The write itself cannot be called back: it keeps its turn until it ends.
            await Task.Run(() => AppendAsync(turn), CancellationToken.None).WaitAsync(Deadline, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or TimeoutException)
        {
            throw new AuditUnavailableException($"The audit file {Path} cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Checks the file from its first record on, while nobody writes to it.</summary>
    public async Task<AuditVerdict> VerifyAsync(CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        return AuditVerifier.VerifyFile(Path);
    }

    private async Task AppendAsync(FileStream turn)
    {
        using (turn)
        using (var file = PrivateFiles.OpenToAppend(Path))
        {
            var (last, torn) = ReadEnd(file);
            var batch = await MissingAsync(last).ConfigureAwait(false);
            if (torn.Length > 0)
                CutTorn(file, torn, batch);
            if (batch.Count == 0)
                return;
            for (; batch.Count > 0; batch = await MissingAsync((batch[^1].Seq, batch[^1].Hash)).ConfigureAwait(false))
                file.Write(Encoding.UTF8.GetBytes(string.Concat(batch.Select(entry => entry.Line + '\n'))));
            file.Flush(flushToDisk: true);
        }
    }

    private async Task<List<AuditEntry>> MissingAsync((long Seq, string Hash) last) =>
        last.Seq > 0 && await log.HashOfAsync(last.Seq, CancellationToken.None).ConfigureAwait(false) != last.Hash
            ? throw NotOurs()
            : await log.AfterAsync(last.Seq, BatchSize, CancellationToken.None).ConfigureAwait(false);

    // What stands behind the last line's end was cut off by a crash while it was written, if the store has it whole; if not, it is somebody else's.
    private void CutTorn(FileStream file, byte[] torn, List<AuditEntry> missing)
    {
        if (missing is not [var next, ..] || !Encoding.UTF8.GetBytes(next.Line).AsSpan().StartsWith(torn))
            throw NotOurs();
        file.SetLength(file.Length - torn.Length);
        file.Position = file.Length;
    }

    private ((long Seq, string Hash) Last, byte[] Torn) ReadEnd(FileStream file)
    {
        for (var window = (long)TailBytes; ; window *= 4)
        {
            var from = Math.Max(0, file.Length - window);
            file.Position = from;
            var tail = new byte[file.Length - from];
            file.ReadExactly(tail);
            var end = tail.AsSpan().LastIndexOf((byte)'\n');
            var start = end < 0 ? -1 : tail.AsSpan(0, end).LastIndexOf((byte)'\n');
            if (start < 0 && from > 0)
                continue;
            return (end < 0 ? (0, AuditChain.Start) : LastRecord(tail.AsMemory(start + 1, end - start - 1)), tail[(end + 1)..]);
        }
    }

    private AuditUnavailableException NotOurs() => new(
        $"The audit file {Path} does not end with a record of this store: run 'mcp-rollout audit verify', keep the file, and move it away or set Audit:File.");

    private (long Seq, string Hash) LastRecord(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var record = JsonDocument.Parse(line);
            return (record.RootElement.GetProperty("seq").GetInt64(), record.RootElement.GetProperty("hash").GetString()!);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AuditUnavailableException(NotOurs().Message, failure);
        }
    }

    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(started) < Deadline)
            {
                await Task.Delay(LockPause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
