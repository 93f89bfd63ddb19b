using FsCheck;
using FsCheck.Fluent;

namespace McpRollout.Tests.Properties;

/// <summary>Texts as strangers write them.</summary>
internal static class Texts
{
    private static readonly string[] Pieces =
    [
        "a", "b", "Z", "0", "9", "-", ".", "/", " ", "é", "ß", "字", "\U0001F525", "<b>", "&", "\"", "'", "\\", "{", "}", "[", "]", ":", ",",
        "~", "~1", "%2f",
        "\0", "\u0007", "\t", "\n", "\r", "\u001b[31m", "\u007f", "\u0085", "\u00ad", "\u200b", "\u200f", "\u202e", "\u2028", "\u2029",
        "\u2066", "\ufeff", "\U000E0041",
        "\u00a0", "\u2003", "\u3000", "\u034f", "\u115f", "\u2800", "\u3164", "\uffa0", "\ufe0f", "\U000E0101", "\ue000", "\u0301",
        "e\u0301\u0302\u0303\u0304\u0305",
    ];

    private static readonly string[] Halves = ["\ud800", "\udc00", "\ud83d"];

    /// <summary>Any Unicode text, with a liking for what breaks things.</summary>
    public static Gen<string> Any { get; } = Of([.. Pieces]);

    /// <summary>Also what is no Unicode: halves of surrogate pairs.</summary>
    public static Gen<string> Broken { get; } = Of([.. Pieces, .. Halves]);

    /// <summary>A short plain word.</summary>
    public static Gen<string> Word { get; } = Gen.Elements("app", "web", "db", "cache", "init", "log", "metrics", "queue", "x", "y");

    private static Gen<string> Of(string[] pieces) =>
        from count in Gen.Choose(0, 8)
        from chosen in Gen.Elements(pieces).ListOf(count)
        select string.Concat(chosen);
}
