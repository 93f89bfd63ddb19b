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
    [InlineData("a\u115F\u1160\u3164\uFFA0b", "a\\u115F\\u1160\\u3164\\uFFA0b")]
    [InlineData("a\u2800b\u034Fc\u17B4d\uFE0Fe\u180Bf", "a\\u2800b\\u034Fc\\u17B4d\\uFE0Fe\\u180Bf")]
    [InlineData("tag \U000E0101\U000E0002", "tag \\uDB40\\uDD01\\uDB40\\uDC02")]
    [InlineData("a\u00A0b\u1680c\u2003d\u202Fe\u205Ff\u3000", "a\\u00A0b\\u1680c\\u2003d\\u202Fe\\u205Ff\\u3000")]
    [InlineData("own \uE000 \uFFFF", "own \\uE000 \\uFFFF")]
    [InlineData("blank \U00013441\U0001D159", "blank \\uD80D\\uDC41\\uD834\\uDD59")]
    public void What_hides_or_reorders_is_made_visible(string text, string expected) => Assert.Equal(expected, VisibleText.Of(text));

    // Vietnamese and Thai need two on a letter, Hebrew three.
    [Theory]
    [InlineData("e\u0302\u0301\u0323x", "e\u0302\u0301\u0323x")]
    [InlineData("e\u0302\u0301\u0323\u0489\u0301x\u0301", "e\u0302\u0301\u0323\\u0489\\u0301x\u0301")]
    [InlineData("\u0338x", "\\u0338x")]
    public void More_than_three_marks_in_a_row_are_no_writing(string text, string expected) => Assert.Equal(expected, VisibleText.Of(text));

    [Fact]
    public void Lines_stay_where_they_are_the_programs_own() =>
        Assert.Equal("a\r\nb\n\\u000Dc\\u2028\n\\u0301", VisibleText.Lines("a\r\nb\n\rc\u2028\n\u0301"));

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
