using System.Buffers;

namespace McpRollout.Mcp.Stdio;

/// <summary>A line of standard input, valid until the next one is read.</summary>
/// <param name="Bytes">The line with its end, or the start of one that is too long.</param>
/// <param name="IsTooLong">Whether it is longer than <see cref="InputLines.Longest"/>.</param>
internal readonly record struct InputLine(ReadOnlyMemory<byte> Bytes, bool IsTooLong)
{
    /// <summary>Whether it is longer than anything that is meant.</summary>
    public bool IsUnusual => Bytes.Length > InputLines.Usual;
}

/// <summary>Standard input, line by line. Of one that is too long the rest is skipped without being kept.</summary>
/// <param name="source">Where bytes come from.</param>
internal sealed class InputLines(Stream source)
{
    /// <summary>Bytes of the longest line: a hundred times what any call needs.</summary>
    public const int Longest = 4 << 20;

    /// <summary>Bytes that hold any call that is meant.</summary>
    public const int Usual = 64 << 10;

    private readonly byte[] _buffer = new byte[Usual];
    private ReadOnlyMemory<byte> _bytes;
    private ArrayBufferWriter<byte> _line = new();
    private bool _isSkipping;

    /// <summary>The next line; null at the end of the input. The last one may have no end.</summary>
    public async Task<InputLine?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_line.Capacity > Usual)
            _line = new();
        else
            _line.ResetWrittenCount();
        while (await HasBytesAsync(cancellationToken))
        {
            var end = _bytes.Span.IndexOf((byte)'\n') + 1;
            var part = end == 0 ? _bytes : _bytes[..end];
            _bytes = _bytes[part.Length..];
            if (_isSkipping)
            {
                _isSkipping = end == 0;
                continue;
            }

            if (_line.WrittenCount + part.Length > Longest)
            {
                _isSkipping = end == 0;
                return new(_line.WrittenMemory, IsTooLong: true);
            }

            _line.Write(part.Span);
            if (end > 0)
                return new(_line.WrittenMemory, IsTooLong: false);
        }

        return _line.WrittenCount > 0 ? new(_line.WrittenMemory, IsTooLong: false) : null;
    }

    // A read of standard input cannot be taken back. What is given up here may still be under way when the process ends.
    private async Task<bool> HasBytesAsync(CancellationToken cancellationToken)
    {
        if (_bytes.IsEmpty)
            _bytes = _buffer.AsMemory(0, await source.ReadAsync(_buffer, cancellationToken).AsTask().WaitAsync(cancellationToken));
        return !_bytes.IsEmpty;
    }
}
