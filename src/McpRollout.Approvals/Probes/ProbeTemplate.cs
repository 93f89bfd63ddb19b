using System.Buffers;

namespace McpRollout.Approvals.Probes;

/// <summary>
/// Puts a workload's names where the settings have placeholders, so that they stay names: in an address they are one part of its path, its
/// query or its host, in a question they stand within its quotes. Pure.
/// </summary>
internal static class ProbeTemplate
{
    private const string NoLabel = "/";

    private static readonly SearchValues<char> PlainInPromQl =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>The placeholders.</summary>
    public static readonly IReadOnlyList<string> Placeholders = ["{namespace}", "{name}", "{resource_type}"];

    /// <summary>The address for a workload; null if its names cannot stand in it, or it is none.</summary>
    public static Uri? Address(string template, WorkloadRef workload)
    {
        var (start, end) = AuthorityOf(template);
        var authority = Fill(template[start..end], workload, Label);
        return !authority.Contains(NoLabel, StringComparison.Ordinal)
            && Uri.TryCreate(
                $"{template[..start]}{authority}{Fill(template[end..], workload, Uri.EscapeDataString)}", UriKind.Absolute, out var address)
            && address is { Scheme: "http" or "https", UserInfo: "" }
                ? address
                : null;
    }

    /// <summary>The question for a workload.</summary>
    public static string Question(string template, WorkloadRef workload) => Fill(template, workload, Escaped);

    /// <summary>Whether each placeholder of a question stands where what it is replaced with is escaped: within double or single quotes.
    /// </summary>
    public static bool IsQuoted(string question)
    {
        char? quote = null;
        for (var at = 0; at < question.Length; at++)
        {
            var letter = question[at];
            if (quote is not null && quote != '`' && letter == '\\')
                at++;
            else if (quote == letter)
                quote = null;
            else if (quote is null && letter is '"' or '\'' or '`')
                quote = letter;
            else if (quote is null or '`' && Placeholders.Any(each => question.AsSpan(at).StartsWith(each)))
                return false;
        }

        return true;
    }

    // A name with a dot in it would make another host of it.
    private static string Label(string value) =>
        value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') ? value : NoLabel;

    private static (int Start, int End) AuthorityOf(string template)
    {
        var start = template.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var length = template.AsSpan(start).IndexOfAny('/', '?', '#');
        return (start, length < 0 ? template.Length : start + length);
    }

    private static string Fill(string template, WorkloadRef workload, Func<string, string> encode) => template
        .Replace("{namespace}", encode(workload.Namespace), StringComparison.Ordinal)
        .Replace("{name}", encode(workload.Name), StringComparison.Ordinal)
        .Replace("{resource_type}", encode(workload.TypeName), StringComparison.Ordinal);

    // Go's escapes, which hold in both kinds of quotes: https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals.
    private static string Escaped(string value) => string.Concat(value.EnumerateRunes().Select(rune =>
        rune.IsBmp && PlainInPromQl.Contains((char)rune.Value) ? rune.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}")));
}
