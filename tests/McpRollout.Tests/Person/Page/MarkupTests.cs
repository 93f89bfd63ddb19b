using McpRollout.Web.Html;

namespace McpRollout.Tests.Person.Page;

public sealed class MarkupTests
{
    [Theory]
    [InlineData("<b>&\"'", "&lt;b&gt;&amp;&quot;&#x27;")]
    [InlineData("Grüße → 検索", "Grüße → 検索")]
    [InlineData("a\u202Eb\nc", "a\\u202Eb\\u000Ac")]
    [InlineData("a\u3164\u2800\u00A0\uFE0Fb", "a\\u3164\\u2800\\u00A0\\uFE0Fb")]
    [InlineData(null, "")]
    public void TextInAHoleIsEncodedAndMadeVisible(string? text, string html)
    {
        Markup markup = $"<p title=\"{text}\">{text}</p>";

        Assert.Equal($"<p title=\"{html}\">{html}</p>", markup.ToString());
    }

    [Fact]
    public void PartsAreNotEncodedAgain()
    {
        Markup part = $"<i>{"<"}</i>";
        Markup whole = $"<p>{part}{new[] { part, part }}{7}</p>";

        Assert.Equal("<p><i>&lt;</i><i>&lt;</i><i>&lt;</i>7</p>", whole.ToString());
    }

    [Fact]
    public void AQuoteKeepsEachLineInside() => Assert.Contains(
        "<blockquote><p>one</p><p>&lt;/blockquote&gt;</p></blockquote>",
        Quote.Of("words", "one\r\n\r\n</blockquote>\n").ToString(),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(7199, "119 min")]
    [InlineData(7200, "2 h")]
    [InlineData(172800, "2 days")]
    [InlineData(-5, "0 s")]
    public void TimeLeftIsInWholeUnits(int seconds, string text)
    {
        var clock = new PageClock(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc);

        Assert.Equal(text, clock.Until(DateTimeOffset.UnixEpoch.AddSeconds(seconds)));
    }

    [Fact]
    public void TimesNameTheirZoneAndAnotherDay()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(2), "x", "x");
        var clock = new PageClock(new DateTimeOffset(2026, 11, 20, 14, 52, 0, TimeSpan.Zero), zone);

        Assert.Equal("<time datetime=\"2026-11-20T15:00:07Z\">17:00:07 UTC&#x2B;02:00</time>",
            clock.At(clock.Instant.AddSeconds(487)).ToString());
        Assert.Contains(">Sat 21 Nov 2026, 16:52:00 UTC", clock.At(clock.Instant.AddDays(1)).ToString(), StringComparison.Ordinal);
    }
}
