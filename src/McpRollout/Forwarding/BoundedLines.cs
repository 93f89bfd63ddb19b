using System.Buffers;
using System.Runtime.CompilerServices;

namespace McpRollout.Forwarding;

/// <summary>The lines of an answer, which as a whole is bounded.</summary>
internal static class BoundedLines
{
    /// <summary>Bytes of the largest answer: a hundred times what any has.</summary>
    public const int Largest = 4 << 20;

    private const int Chunk = 16 << 10;

    /// <summary>Reads them, the last one also without an end. A line is good until the next one is asked for.</summary>
    /// <exception cref="IOException">The answer is too large, or was cut off.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Stream source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (chunk, line, total) = (new byte[Chunk], new ArrayBufferWriter<byte>(), 0);
        while (await source.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if ((total += read) > Largest)
                throw new IOException($"its answer has more than {Largest >> 20} MiB");
            var rest = chunk.AsMemory(0, read);
            while (rest.Span.IndexOf((byte)'\n') is >= 0 and var end)
            {
                line.Write(rest.Span[..end]);
                yield return line.WrittenMemory;
                line.ResetWrittenCount();
                rest = rest[(end + 1)..];
            }

            line.Write(rest.Span);
        }

        if (line.WrittenCount > 0)
            yield return line.WrittenMemory;
    }
}
