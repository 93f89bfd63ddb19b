using McpRollout.Rollouts.Text;

namespace McpRollout.Tests.Rollouts;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain text, ümläut, 漢字, 🚀", "plain text, ümläut, 漢字, 🚀")]
    [InlineData("v1\u202egnp.exe", "v1\\u202Egnp.exe")]
    [InlineData("a\nb\tc\u0000\u001b[31m", "a\\u000Ab\\u0009c\\u0000\\u001B[31m")]
    [InlineData("zero\u200bwidth\ufeff\u2066\u2028", "zero\\u200Bwidth\\uFEFF\\u2066\\u2028")]
    [InlineData("tag \U000E0041", "tag \\uDB40\\uDC41")]
    public void What_hides_or_reorders_is_made_visible(string text, string expected) => Assert.Equal(expected, VisibleText.Of(text));

    // An attribute's text is UTF-8, which has no half pairs.
    [Fact]
    public void Half_a_surrogate_pair_is_made_visible() => Assert.Equal("half \\uD83D!", VisibleText.Of("half \ud83d!"));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abcde…")]
    [InlineData("abcd🚀g", 6, "abcd…")]
    [InlineData("ab\u202ecd", 6, "ab\\u2…")]
    public void Long_text_is_cut(string text, int limit, string expected) => Assert.Equal(expected, VisibleText.Of(text, limit));
}
