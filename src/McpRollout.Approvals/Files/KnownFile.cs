namespace McpRollout.Approvals.Files;

/// <summary>A file that this process writes by its name, and that has to stay the one that it was.</summary>
internal sealed class KnownFile(string path)
{
    private FileFacts? _known;

    /// <summary>Whether it was deleted, or another file put in its place, since it was last remembered.</summary>
    public bool IsExchanged => _known is { } known && FileFacts.Of(path) != known;

    /// <summary>Takes the file that is there now for the one that it has to stay.</summary>
    public void Remember() => _known = FileFacts.Of(path);

    /// <summary>The same, unless one is known already: what was put in its place since the last look is not taken for it.</summary>
    public void RememberFirst() => _known ??= FileFacts.Of(path);

    /// <summary>Whether it goes by one of these names now.</summary>
    public bool IsAmong(IEnumerable<string> paths) => paths.Any(each => FileFacts.Of(each) == _known);
}
