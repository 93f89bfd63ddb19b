using System.Text.RegularExpressions;

namespace McpRollout.Rollouts.Text.Masking;

/// <summary>Runs of characters that several rules read to their end.</summary>
internal enum RunKind
{
    /// <summary>To where a value without quotes ends.</summary>
    Value,

    /// <summary>To white space or a quote.</summary>
    Word,

    /// <summary>To the line's end or a quote.</summary>
    Line,

    /// <summary>Letters, digits, hyphens and underscores.</summary>
    Token,
}

/// <summary>The places of one text that are masked. Image references stay whole, whatever a rule takes them for.</summary>
/// <param name="text">What is searched.</param>
/// <param name="separator">What stands between the items of a command line; null where the text is one.</param>
internal sealed partial class SecretSpans(string text, char? separator = null)
{
    public const string Stars = "***";

    // A zero-width space, which .NET does not take for white space.
    private const char Filler = '\u200B';

    private readonly List<(int Start, int End)> _spans = [];
    private readonly (int Start, int End)[] _runs = new (int, int)[Enum.GetValues<RunKind>().Length];
    private readonly List<(int Start, int End)> _images = ImageReference.In(Shown(text));

    /// <summary>
    /// What is searched. Colours of a terminal are something in it that is neither a blank nor a part of a name: their last letter would
    /// belong to the next name, and a value does not end where its colour does.
    /// </summary>
    public string Text { get; } = Shown(text);

    /// <summary>Whether words end at this character.</summary>
    public bool IsBreak(int at) => char.IsWhiteSpace(Text[at]) || Text[at] == separator;

    /// <summary>Whether an item of a command line, or the text, starts here.</summary>
    public bool IsItemStart(int at) => at == 0 || text[at - 1] == separator;

    /// <summary>Whether the text is a command line of items, each of which ends only at the next.</summary>
    public bool HasItems => separator is not null;

    /// <summary>Where the item ends that starts here or before.</summary>
    public int ItemEnd(int at)
    {
        var length = separator is { } end ? text.AsSpan(at).IndexOf(end) : -1;
        return length < 0 ? text.Length : at + length;
    }

    /// <summary>Where a run ends that starts here or goes on here, each part of it read once.</summary>
    /// <param name="kind">Which run.</param>
    /// <param name="start">A place in it.</param>
    /// <param name="ends">Whether it ends at a place of a text.</param>
    public int RunEnd(RunKind kind, int start, Func<SecretSpans, int, bool> ends)
    {
        ref var known = ref _runs[(int)kind];
        if (start >= known.Start && start < known.End)
            return known.End;
        var end = start;
        while (end < text.Length && !ends(this, end))
            end++;
        known = (start, end);
        return end;
    }

    /// <summary>Masks what stands there, unless it is nothing, a reference to a variable, masked already, or an image.</summary>
    public void Add(int start, int end)
    {
        if (!IsWithinImage(start, end))
            AddCertain(start, end);
    }

    /// <summary>The same where a command takes a password, whatever that looks like.</summary>
    public void AddCertain(int start, int end)
    {
        if (end > start && !ValueLook.IsReference(text.AsSpan(start, end - start)))
            _spans.Add((start, end));
    }

    /// <summary>The text with stars in all these places.</summary>
    public string Mask()
    {
        if (_spans.Count == 0)
            return text;

        _spans.Sort();
        var (masked, done) = (new StringBuilder(text.Length), 0);
        foreach (var (start, end) in _spans)
        {
            if (end <= done)
                continue;
            if (start >= done)
                masked.Append(text, done, start - done).Append(Stars);
            done = end;
        }

        return masked.Append(text, done, text.Length - done).ToString();
    }

    private bool IsWithinImage(int start, int end)
    {
        var at = _images.BinarySearch((start, int.MaxValue));
        var before = (at < 0 ? ~at : at) - 1;
        return before >= 0 && _images[before].End >= end;
    }

    private static string Shown(string text) =>
        text.Contains('\e') ? Colours().Replace(text, match => new string(Filler, match.Length)) : text;

    // ECMA-48, 5.4: a control sequence.
    [GeneratedRegex(@"\e\[[0-?]*[ -/]*[@-~]")]
    private static partial Regex Colours();
}
