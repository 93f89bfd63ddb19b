namespace McpRollout.Tests.Audit;

/// <summary>A file that was taken away, and perhaps a copy put in its place: what it says is the same, and it is another file.</summary>
internal sealed class ExchangedFile(string path)
{
    /// <summary>What the file in its place said when it was put there.</summary>
    public byte[] Content { get; private init; } = [];

    public static ExchangedFile Of(string path, bool isDeleted = false)
    {
        var (aside, copy) = (path + ".aside", path + ".copy");
        File.Move(path, aside);
        if (isDeleted)
            return new(path);
        // Copied beside it and then renamed: whoever copies locks the copy, and fails if a server has opened it by then.
        File.Copy(aside, copy);
        var exchanged = new ExchangedFile(path) { Content = File.ReadAllBytes(copy) };
        File.Move(copy, path);
        return exchanged;
    }

    public void PutBack() => File.Move(path + ".aside", path, overwrite: true);
}
