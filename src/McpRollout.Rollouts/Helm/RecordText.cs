using System.IO.Compression;
using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Helm;

/// <summary>
/// Unpacks what Helm keeps of a revision: JSON, packed by gzip, in base64. Older versions did not pack it; the API gives a Secret's data in
/// base64 once more. Source: <c>helm/helm</c>, <c>pkg/storage/driver/util.go</c>.
/// </summary>
internal static class RecordText
{
    /// <summary>The longest text that is unpacked. Unit: characters. An object of the cluster has at most 1.5 MiB.</summary>
    public const int LongestStored = 4 << 20;

    /// <summary>The largest record, unpacked. Unit: bytes. What unpacks to more is no chart.</summary>
    public const int LargestRecord = 32 << 20;

    /// <summary>The record's own JSON, as bytes.</summary>
    /// <exception cref="JsonException">It cannot be read; the message says why, and nothing of what it holds.</exception>
    public static ReadOnlyMemory<byte> Unpacked(JsonElement stored)
    {
        var text = stored.TextAt("data", "release") ?? throw new JsonException("it has no data.release");
        if (text.Length > LongestStored)
            throw new JsonException($"it is longer than {LongestStored >> 20} MiB");

        try
        {
            var bytes = Convert.FromBase64String(text);
            if (!IsPacked(bytes) && !IsJson(bytes))
                bytes = Convert.FromBase64String(Encoding.ASCII.GetString(bytes));
            return IsPacked(bytes) ? Inflated(bytes) : bytes;
        }
        catch (FormatException)
        {
            throw new JsonException("it is not in base64, as Helm writes it");
        }
        catch (InvalidDataException)
        {
            throw new JsonException("it is damaged: gzip cannot unpack it");
        }
    }

    private static bool IsPacked(ReadOnlySpan<byte> bytes) => bytes is [0x1f, 0x8b, ..];

    private static bool IsJson(ReadOnlySpan<byte> bytes) => bytes is [(byte)'{', ..];

    private static ReadOnlyMemory<byte> Inflated(byte[] packed)
    {
        using var source = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var target = new MemoryStream();
        var part = new byte[64 << 10];
        while (source.Read(part) is > 0 and var length)
        {
            if (target.Length + length > LargestRecord)
                throw new JsonException($"it unpacks to more than {LargestRecord >> 20} MiB");
            target.Write(part, 0, length);
        }

        return target.GetBuffer().AsMemory(0, (int)target.Length);
    }
}
