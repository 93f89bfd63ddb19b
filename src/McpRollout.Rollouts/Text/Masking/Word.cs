namespace McpRollout.Rollouts.Text.Masking;

/// <summary>A run of characters without white space.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends.</param>
/// <param name="StartsLine">Whether a line or an item starts with it.</param>
internal readonly record struct Word(int Start, int End, bool StartsLine)
{
    /// <summary>The word's text.</summary>
    public ReadOnlySpan<char> In(string text) => text.AsSpan(Start, End - Start);

    /// <summary>Whether a sentence or a part of it ends with it.</summary>
    public bool EndsClause(string text) => text[End - 1] is '.' or ',' or ';' or '!' or '?';

    /// <summary>All words of a text.</summary>
    public static IReadOnlyList<Word> All(SecretSpans spans)
    {
        var (words, startsLine) = (new List<Word>(), true);
        for (var at = 0; at < spans.Text.Length; at++)
        {
            if (spans.IsBreak(at))
            {
                startsLine |= spans.Text[at] == '\n';
                continue;
            }

            var start = at;
            while (at < spans.Text.Length && !spans.IsBreak(at))
                at++;
            words.Add(new(start, at--, startsLine));
            startsLine = false;
        }

        return words;
    }
}
