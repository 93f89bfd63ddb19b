using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Rollouts.Text;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Rollouts;

public sealed class VisibleTextProperties
{
    private static readonly Gen<string> AnyUnits =
        from count in Gen.Choose(0, 20)
        from units in Gen.Choose(0, 0xffff).ListOf(count)
        select string.Concat(units.Select(unit => (char)unit));

    [Fact]
    public void Nothing_is_left_that_hides_or_turns_the_text_around_it() => Rule.HoldsFor(Gen.OneOf(Texts.Broken, AnyUnits), text =>
    {
        for (var at = 0; at < VisibleText.Of(text).Length;)
        {
            Assert.True(Rune.TryGetRuneAt(VisibleText.Of(text), at, out var rune), "half a surrogate pair");
            Assert.False(
                Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator,
                $"U+{rune.Value:X4}");
            at += rune.Utf16SequenceLength;
        }
    }, count: 2000);

    [Fact]
    public void What_is_visible_stays_as_it_is() =>
        Rule.HoldsFor(Texts.Broken, text => Assert.Equal(VisibleText.Of(text), VisibleText.Of(VisibleText.Of(text))));

    [Fact]
    public void The_limit_holds_and_what_fits_is_not_cut() => Rule.HoldsFor(
        from text in Texts.Broken
        from limit in Gen.Choose(1, 60)
        select (text, limit),
        one =>
        {
            var (whole, cut) = (VisibleText.Of(one.text), VisibleText.Of(one.text, one.limit));
            Assert.True(cut.Length <= one.limit);
            Assert.True(whole.Length > one.limit
                ? cut.EndsWith('…') && whole.StartsWith(cut[..^1], StringComparison.Ordinal) : cut == whole);
            Assert.Equal(VisibleText.Of(cut), cut);
        },
        count: 2000);
}
