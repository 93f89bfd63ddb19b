using System.Globalization;
using System.Text;
using System.Text.Json;
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

    private static readonly int[] Blank =
        [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180F, 0x2800, 0x3164, 0xFE00, 0xFE0F, 0xFFA0, 0xE0001, 0xE0041, 0xE0101];

    [Fact]
    public void Nothing_is_left_that_hides_or_turns_the_text_around_it() => Rule.HoldsFor(Gen.OneOf(Texts.Broken, AnyUnits), text =>
    {
        var (visible, marks) = (VisibleText.Of(text), 0);
        for (var at = 0; at < visible.Length;)
        {
            Assert.True(Rune.TryGetRuneAt(visible, at, out var rune), "half a surrogate pair");
            var category = Rune.GetUnicodeCategory(rune);
            Assert.False(
                category is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.OtherNotAssigned
                    or UnicodeCategory.PrivateUse,
                $"U+{rune.Value:X4}");
            Assert.False(category == UnicodeCategory.SpaceSeparator && rune.Value != ' ', $"U+{rune.Value:X4}");
            Assert.DoesNotContain(rune.Value, Blank);
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
                ? marks + 1
                : 0;
            Assert.True(marks <= 3 && marks <= at, "a heap of marks, or one on what is before the text");
            at += rune.Utf16SequenceLength;
        }
    }, count: 2000);

    [Fact]
    public void Nothing_in_a_value_hides_and_nothing_is_lost() => Rule.HoldsFor(Jsons.Broken, json =>
    {
        using var value = JsonDocument.Parse(json);
        var visible = VisibleJson.Of(value.RootElement);

        Assert.Equal(Count(value.RootElement), Count(visible));
        Assert.All(TextsOf(visible), text => Assert.Equal(VisibleText.Lines(text), text));
    }, count: 1000);

    private static int Count(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Sum(member => Count(member.Value)),
        JsonValueKind.Array => 1 + value.EnumerateArray().Sum(Count),
        _ => 1,
    };

    private static IEnumerable<string> TextsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => TextsOf(member.Value).Prepend(member.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(TextsOf),
        JsonValueKind.String => [value.GetString()!],
        _ => [],
    };

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
