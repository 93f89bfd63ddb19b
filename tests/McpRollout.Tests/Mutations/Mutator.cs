using System.Text;

namespace McpRollout.Tests.Mutations;

/// <summary>Breaks messages in the ways that programs, networks and people do; the same seed breaks the same way.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e400", "-0", "99999999999999999999", "0.5", "\\ud800", "\\u0000", "\\", "\0",
        "\u202e", "é", "\ud83d\ude00", "%00", "%2e%2e/",
        "\"id\":null,", "\"id\":{},", "\"params\":[],", "\"arguments\":7,", "\"method\":1,", "\"jsonrpc\":\"1.0\",", "<script>", "'--",
        "${x}", "\t", "\u00a0", "\u2028",
    ];

    public Random Random { get; } = new(seed);

    public T Pick<T>(IReadOnlyList<T> from) => from[Random.Next(from.Count)];

    /// <summary>A text with one to four things wrong, mostly one.</summary>
    public byte[] Mutate(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text).ToList();
        for (var edits = 1 + (Random.Next(4) == 0 ? Random.Next(4) : 0); edits > 0; edits--)
            Edit(bytes);
        return [.. bytes];
    }

    private void Edit(List<byte> bytes)
    {
        var at = Random.Next(bytes.Count + 1);
        var length = Math.Min(Random.Next(1, 20), bytes.Count - at);
        switch (Random.Next(7))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << Random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)Random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5 when at < bytes.Count:
                var other = Random.Next(bytes.Count);
                (bytes[at], bytes[other]) = (bytes[other], bytes[at]);
                break;
            default:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pick(Fragments)));
                break;
        }
    }
}
