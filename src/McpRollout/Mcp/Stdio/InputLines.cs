using System.Buffers;

namespace McpRollout.Mcp.Stdio;

/// <summary>
/// Standard input, one whole line at a time, none before the client has taken the answers to the earlier ones, and none that is too long:
/// the rest of such a line is skipped without being kept.
/// </summary>
/// <param name="source">Where bytes come from.</param>
/// <param name="unread">The answers that were not taken yet.</param>
/// <param name="refuse">Told the start of a line that is too long.</param>
internal sealed class InputLines(Stream source, UnreadAnswers unread, Func<ReadOnlyMemory<byte>, Task> refuse) : Stream
{
    /// <summary>Bytes of the longest line: a hundred times what any call needs.</summary>
    public const int Longest = 4 << 20;

    // Bytes. A longer line is handed on only when no answer waits: what is under way stays small, however many answers may wait.
    private const int Usual = 64 << 10;

    private readonly byte[] _buffer = new byte[Usual];
    private ReadOnlyMemory<byte> _bytes;
    private ArrayBufferWriter<byte> _line = new();
    private int _given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_given == _line.WrittenCount)
            await ReadLineAsync(cancellationToken);
        var given = _line.WrittenMemory[_given..];
        given = given[..Math.Min(given.Length, buffer.Length)];
        given.CopyTo(buffer);
        _given += given.Length;
        return given.Length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }

    // Leaves an empty line at the end of the input. The last line may have no end.
    private async Task ReadLineAsync(CancellationToken cancellationToken)
    {
        StartLine();

        // Lets the line before come to work first; its answer counts from then on.
        await Task.Yield();
        await unread.UntilAtMostAsync(UnreadAnswers.Most, cancellationToken);
        var isSkipped = false;
        while (await HasBytesAsync(cancellationToken))
        {
            var end = _bytes.Span.IndexOf((byte)'\n') + 1;
            var part = end == 0 ? _bytes : _bytes[..end];
            _bytes = _bytes[part.Length..];
            if (!isSkipped && _line.WrittenCount + part.Length > Longest)
            {
                isSkipped = true;
                await refuse(_line.WrittenMemory).WaitAsync(cancellationToken);
                StartLine();
            }

            if (!isSkipped)
                _line.Write(part.Span);
            if (end > 0 && !isSkipped)
                break;
            isSkipped &= end == 0;
        }

        if (_line.WrittenCount > Usual)
            await unread.UntilAtMostAsync(0, cancellationToken);
    }

    private void StartLine()
    {
        _given = 0;
        if (_line.Capacity > Usual)
            _line = new();
        else
            _line.ResetWrittenCount();
    }

    // A read of standard input cannot be taken back. What is given up here may still be under way when the process ends.
    private async Task<bool> HasBytesAsync(CancellationToken cancellationToken)
    {
        if (_bytes.IsEmpty)
            _bytes = _buffer.AsMemory(0, await source.ReadAsync(_buffer, cancellationToken).AsTask().WaitAsync(cancellationToken));
        return !_bytes.IsEmpty;
    }
}
