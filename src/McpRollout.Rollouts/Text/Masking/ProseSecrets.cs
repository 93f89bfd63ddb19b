namespace McpRollout.Rollouts.Text.Masking;

/// <summary>What people write: <c>pw X</c>, <c>the token X</c>, <c>password is X</c>, where X looks like a secret or is quoted.</summary>
internal static class ProseSecrets
{
    private const int MostBetween = 3;

    private static readonly HashSet<string> Between = ["is", "was", "to", "now", "=", ":", "->", "new", "old", "be", "of"];

    // Kinds and members of Kubernetes, which are followed by names: secret "db".
    private static readonly HashSet<string> Kinds = ["secret", "secrets", "token", "key", "keys", "credentials", "cookie"];

    /// <summary>Finds them.</summary>
    public static void Find(SecretSpans spans, IReadOnlyList<Word> words)
    {
        for (var at = 0; at + 1 < words.Count; at++)
        {
            if (NameOf(spans, words, at) is not { } name || words[at].EndsClause(spans.Text))
                continue;
            var next = at + 1;
            while (next - at <= MostBetween && next + 1 < words.Count && Between.Contains(words[next].In(spans.Text).ToString()))
                next++;
            Judge(spans, name, words[next], isTold: next > at + 1);
        }
    }

    private static void Judge(SecretSpans spans, string name, Word word, bool isTold)
    {
        var text = spans.Text;
        var isNamed = !Kinds.Contains(name);
        var value = ValueSpan.Read(spans, word.Start);
        if (value.IsQuoted)
        {
            if (isNamed && !name.Contains('"') || isTold && text[word.Start] != '"' || ValueLook.IsSecret(value.In(text).Trim("\"'`")))
                spans.Add(value.Start, value.End);
            return;
        }

        var said = ValueLook.Trimmed(word.In(text));
        if (ValueLook.IsSecret(said))
            spans.Add(word.Start, word.Start + said.Length + (word.In(text)[said.Length..].StartsWith("!") ? 1 : 0));
    }

    // The name that the word ends with, whatever is glued to its front (token-service/pw, [db]password), and api key as one.
    private static string? NameOf(SecretSpans spans, IReadOnlyList<Word> words, int at)
    {
        var word = words[at].In(spans.Text).TrimEnd(':');
        if (word.IsEmpty || word[0] == '-')
            return null;
        var isQuoted = word[^1] is '"' or '\'' or '`';
        var end = words[at].Start + word.Length - (isQuoted ? 1 : 0);
        var name = spans.Text.AsSpan()[Math.Max(words[at].Start, SecretName.StartBefore(spans.Text, end))..end];
        var kind = SecretName.Of(name);
        if (kind == NameKind.Doubtful && at > 0 && name is "key" or "keys")
            kind = SecretName.Of($"{words[at - 1].In(spans.Text)}-key");
        return kind != NameKind.Secret ? null : isQuoted ? $"{name}\"" : name.ToString().ToLowerInvariant();
    }
}
