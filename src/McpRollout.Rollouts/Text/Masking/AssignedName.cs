namespace McpRollout.Rollouts.Text.Masking;

/// <summary>The name to the left of a sign.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Preceding">The character before it and its quote; a blank at the text's start.</param>
/// <param name="IsQuoted">Whether it stands in quotes of its own.</param>
/// <param name="IsApart">Whether blanks are between it and the sign.</param>
internal readonly record struct AssignedName(int Start, int End, char Preceding, bool IsQuoted, bool IsApart)
{
    /// <summary>The name's text.</summary>
    public ReadOnlySpan<char> In(string text) => text.AsSpan(Start, End - Start);

    /// <summary>Reads it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sign">Where the sign is.</param>
    public static AssignedName LeftOf(string text, int sign)
    {
        var end = sign;
        while (end > 0 && sign - end < 3 && text[end - 1] is ' ' or '\t')
            end--;
        var isApart = end < sign;
        if (end > 0 && text[end - 1] == ']')
            end--;
        var isQuoted = end > 0 && text[end - 1] is '"' or '\'';
        if (isQuoted)
            end--;
        while (isQuoted && end > 0 && text[end - 1] == '\\')
            end--;
        var start = SecretName.StartBefore(text, end);
        var before = start;
        while (isQuoted && before > 0 && text[before - 1] is '"' or '\'' or '\\')
            before--;
        return new(start, end, before > 0 ? text[before - 1] : ' ', isQuoted, isApart);
    }
}
