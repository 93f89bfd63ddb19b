using System.Text;
using System.Text.Json;
using McpRollout.Broker.Storage;
using Microsoft.Extensions.Options;

namespace McpRollout.Audit;

/// <summary>
/// The JSON Lines file. It is filled from the store, so that a crash between commit and file loses nothing: the next catch-up writes what is missing.
/// Processes that share it take turns by a lock file beside it.
/// </summary>
internal sealed class AuditFile(SqliteDatabase database, IOptions<AuditOptions> options, TimeProvider time) : IAuditSink
{
    private const int BatchSize = 500;
    private const int TailBytes = 64 * 1024;

    private static readonly TimeSpan LockDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(5);

    /// <summary>The file's full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(
        options.Value.File ?? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(database.Path)!, "audit.jsonl"));

    /// <inheritdoc/>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            PrivateFiles.CreateFolder(System.IO.Path.GetDirectoryName(Path)!);
            using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
            using var file = PrivateFiles.OpenToAppend(Path);
            if (Append(file))
                file.Flush(flushToDisk: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AuditUnavailableException($"The audit file {Path} cannot be written: {failure.Message}", failure);
        }
    }

    private bool Append(FileStream file)
    {
        var last = CutTornLine(file);
        var wrote = false;
        while (database.Read(connection => Missing(connection, last)) is { Count: > 0 } batch)
        {
            var lines = new StringBuilder();
            foreach (var entry in batch)
                lines.Append(entry.Line).Append('\n');
            file.Write(Encoding.UTF8.GetBytes(lines.ToString()));
            last = (batch[^1].Seq, batch[^1].Hash);
            wrote = true;
        }

        return wrote;
    }

    private List<AuditEntry> Missing(Microsoft.Data.Sqlite.SqliteConnection connection, (long Seq, string Hash) last)
    {
        if (last.Seq > 0 && connection.Scalar<string>("SELECT hash FROM audit WHERE seq = $seq", ("$seq", last.Seq)) != last.Hash)
        {
            throw new AuditUnavailableException(
                $"The audit file {Path} does not end with a record of this store: run 'mcp-rollout audit verify', keep the file, and move it away or set Audit:File.");
        }

        return SqliteAuditLog.After(connection, last.Seq, BatchSize);
    }

    // What stands behind the last line's end was cut off by a crash while it was written; the store still has it whole.
    private (long Seq, string Hash) CutTornLine(FileStream file)
    {
        if (file.Length == 0)
            return (0, AuditChain.Start);
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
            file.SetLength(from + end + 1);
            file.Position = file.Length;
            return end < 0 ? (0, AuditChain.Start) : LastRecord(tail.AsMemory(start + 1, end - start - 1));
        }
    }

    private (long Seq, string Hash) LastRecord(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var record = JsonDocument.Parse(line);
            return (record.RootElement.GetProperty("seq").GetInt64(), record.RootElement.GetProperty("hash").GetString()!);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AuditUnavailableException($"The audit file {Path} does not end with an audit record: run 'mcp-rollout audit verify'.", failure);
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
            catch (IOException) when (time.GetElapsedTime(started) < LockDeadline)
            {
                await Task.Delay(LockPause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
