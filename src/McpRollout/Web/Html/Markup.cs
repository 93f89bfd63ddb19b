using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace McpRollout.Web.Html;

/// <summary>
/// HTML, made only by writing <c>$"…"</c> where a <see cref="Markup"/> is wanted: the literal text is markup, and every string in a hole is
/// made visible and encoded. Text can become markup in no other way.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Markup
{
    private const int UsualHole = 24;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _html;

    public Markup(int literalLength, int formattedCount) => _html = new StringBuilder(literalLength + (formattedCount * UsualHole));

    public static Markup Empty { get; } = new(0, 0);

    public static Markup If(bool condition, Markup part) => condition ? part : Empty;

    /// <summary>Encoded with its line breaks as they are: for what goes back into a field.</summary>
    public static Markup Verbatim(string? text)
    {
        var markup = new Markup(0, 1);
        markup._html.Append(Encoder.Encode(text ?? ""));
        return markup;
    }

    public void AppendLiteral(string markup) => _html.Append(markup);

    /// <summary>Somebody's text.</summary>
    public void AppendFormatted(string? text) => _html.Append(Encoder.Encode(VisibleText.Of(text ?? "")));

    public void AppendFormatted(long number) => _html.Append(CultureInfo.InvariantCulture, $"{number}");

    public void AppendFormatted(Markup part) => _html.Append(part._html);

    public void AppendFormatted(IEnumerable<Markup> parts)
    {
        foreach (var part in parts)
            AppendFormatted(part);
    }

    public override string ToString() => _html.ToString();
}
