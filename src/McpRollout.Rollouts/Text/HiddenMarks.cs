namespace McpRollout.Rollouts.Text;

/// <summary>
/// Tells hidden values apart while two templates are compared, without showing them: equal values get equal marks, which nothing that a
/// stranger wrote can imitate, and which are taken off before anybody reads.
/// </summary>
internal sealed class HiddenMarks
{
    private readonly string _begin = $"#{Guid.NewGuid():N}-";
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>The value as it may be shown, with the mark of what it hides.</summary>
    public string Mark(string shown, string hidden)
    {
        if (!_numbers.TryGetValue(hidden, out var number))
            _numbers[hidden] = number = _numbers.Count;
        return string.Create(CultureInfo.InvariantCulture, $"{shown}{_begin}{number:D9}");
    }

    /// <summary>The text without its marks.</summary>
    public string Clear(string text)
    {
        for (var at = text.IndexOf(_begin, StringComparison.Ordinal); at >= 0; at = text.IndexOf(_begin, StringComparison.Ordinal))
            text = text.Remove(at, _begin.Length + 9);
        return text;
    }
}
