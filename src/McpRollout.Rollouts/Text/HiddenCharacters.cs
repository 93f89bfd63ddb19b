namespace McpRollout.Rollouts.Text;

/// <summary>Characters that are not seen, or not as what they are.</summary>
internal static class HiddenCharacters
{
    /// <summary>
    /// Whether it is not seen as what it is. Besides what steers (controls, formats, directions, lines): spaces that are not the space,
    /// what is drawn as nothing though Unicode calls it a letter, a symbol or a mark, and what no standard says how to draw.
    /// </summary>
    public static bool Contains(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format => true,
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.SpaceSeparator => rune.Value != ' ',

        // Each font draws these as it likes, also as nothing, or as another letter.
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse => true,
        _ => IsBlank(rune.Value),
    };

    /// <summary>Whether it is drawn onto the character before it.</summary>
    public static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // Unicode's Default_Ignorable_Code_Point, as far as the categories do not say it (DerivedCoreProperties.txt), and what is blank by
    // its very definition.
    private static bool IsBlank(int value) => value is
        0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 // combining grapheme joiner, Hangul fillers, Khmer inherent vowels
        or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF) // variation selectors, tags
        or 0x2800 or 0x3164 or 0xFFA0 // braille blank, Hangul fillers
        or 0x13441 or 0x13442 or 0x16FE4 or 0x1D159; // hieroglyph blanks, Khitan filler, null notehead
}
