namespace McpRollout.Rollouts.Changes;

/// <summary>An image that gives way to another, without what both names begin with.</summary>
/// <param name="Container">The container that runs it.</param>
/// <param name="From">The rest of the one that goes, such as <c>2.7.0</c>.</param>
/// <param name="To">The rest of the one that comes.</param>
internal sealed record ImageChange(string Container, string From, string To)
{
    private const int DigestLength = 64;
    private const int DigestShown = 12;

    /// <summary>Leaves out what both begin with, up to a slash, a colon or an at sign, and all of a digest but its first twelve digits: a
    /// tag is shown whole.</summary>
    public static ImageChange Of(string container, string from, string to)
    {
        var common = from.AsSpan().CommonPrefixLength(to);
        var shared = from.AsSpan(0, common).LastIndexOfAny('/', ':', '@') + 1;
        return new(container, Short(from[shared..]), Short(to[shared..]));
    }

    private static string Short(string image) =>
        image.Length >= DigestLength && image[^DigestLength..].All(char.IsAsciiHexDigitLower)
            ? $"{image[..^(DigestLength - DigestShown)]}…"
            : image;
}
