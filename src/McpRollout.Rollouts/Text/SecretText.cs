using McpRollout.Rollouts.Text.Masking;

namespace McpRollout.Rollouts.Text;

/// <summary>
/// Masks credentials in text that people and programs wrote, by its structure (<c>docs/masking.md</c>). It is for the words of
/// strangers, before they come into a sentence of ours; image references stay whole in all of them. It takes time in proportion to
/// the text.
/// </summary>
internal static class SecretText
{
    public const string Stars = SecretSpans.Stars;

    // Nobody reads on; what is cut away was searched.
    private const int ShownLength = 8192;

    /// <summary>
    /// Masks what looks like a credential in free text: passwords of commands, of URLs, of assignments and headers, tokens, private
    /// keys, long random text. Commit and image digests stay.
    /// </summary>
    public static string Mask(string text)
    {
        var spans = Marked(text);
        LookSecrets.FindRandom(spans, keepsCommits: true);
        return Cut(spans.Mask());
    }

    /// <summary>As <see cref="Mask"/>, for the items of a command line, where the value may be the item after its name.</summary>
    /// <param name="arguments">The items.</param>
    /// <param name="command">The items before them: the container's command, if these are its arguments.</param>
    public static IReadOnlyList<string> MaskArguments(IReadOnlyList<string> arguments, IReadOnlyList<string>? command = null)
    {
        if (arguments.Count == 0)
            return arguments;

        IReadOnlyList<string> items = [.. command ?? [], .. arguments];
        var separator = Separator(items);
        var spans = Marked(string.Join(separator, items), separator);
        LookSecrets.FindRandom(spans, keepsCommits: false);
        return [.. spans.Mask().Split(separator).Skip(items.Count - arguments.Count).Select(Cut)];
    }

    /// <summary>
    /// Masks only what says of itself that it is a credential, not random text, which in a pod template is mostly a digest.
    /// </summary>
    public static string MaskMarked(string text) => Cut(Marked(text).Mask());

    /// <summary>Whether a name (of a variable, an annotation, a header) says that its value is a secret.</summary>
    public static bool IsSecretName(string name) => SecretName.Of(name) == NameKind.Secret;

    /// <summary>Whether it says so or may, as <c>auth</c> and <c>key</c> do.</summary>
    public static bool MaySecretName(string name) => SecretName.Of(name) != NameKind.Plain;

    private static SecretSpans Marked(string text, char? separator = null)
    {
        var spans = new SecretSpans(text, separator);
        var words = Word.All(spans);
        LookSecrets.Find(spans);
        UrlSecrets.Find(spans);
        AssignmentSecrets.Find(spans);
        CommandSecrets.Find(spans, words);
        ProseSecrets.Find(spans, words);
        return spans;
    }

    // A character that no item has: of the private ones all but a few are free.
    private static char Separator(IReadOnlyList<string> items)
    {
        for (var separator = '\uE000'; ; separator++)
        {
            if (!items.Any(item => item.Contains(separator)))
                return separator;
        }
    }

    private static string Cut(string text) => text.Length <= ShownLength ? text : text[..ShownLength] + "…";
}
