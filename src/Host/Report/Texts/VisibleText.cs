using System.Globalization;
using System.Text;

namespace ActorRlhf.Host.Report.Texts;

/// <summary>
/// Text that somebody else wrote, so that all of it is seen and none of it does anything: control characters, marks that turn its
/// direction,
/// what nobody sees and halves of characters are written as <c>⟨U+202E⟩</c>.
/// </summary>
static class VisibleText
{
    /// <summary>For HTML and SVG, as text and between double quotes.</summary>
    public static string Html(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') && text.AsSpan().IndexOfAny("&<>\"'") < 0) return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (var part in Of(text))
            shown.Append(part switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                _
                => part.ToString()
            });
        return shown.ToString();
    }

    /// <summary>For Markdown: one line, nothing of it markup, nor a cell's end.</summary>
    public static string Markdown(string text)
    {
        var shown = new StringBuilder(text.Length + 16);
        foreach (var part in Of(text))
            shown.Append(part switch
            {
                '\n' => "⏎",
                '\t' => " ",
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '\\' or '`' or '*' or '_' or '[' or ']' or '#' or '|' or '~' or '!' or '$' => $"\\{part}",
                _ => part.ToString(),
            });
        return shown.ToString();
    }

    /// <summary>The beginning of a text that is too long, with how much is left out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">UTF-16 units.</param>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most) return text;
        var end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return FormattableString.Invariant($"{text[..end]}… ({text.Length - end} more characters)");
    }

    /// <summary>The same without any escapes, where nothing is markup.</summary>
    public static string Of(string text)
    {
        var shown = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            if (!Rune.TryGetRuneAt(text, i, out var rune)) Code(text[i]);
            else
            {
                i += rune.Utf16SequenceLength - 1;
                if (rune.Value == '\r' && i + 1 < text.Length && text[i + 1] == '\n') continue;
                if (IsSeen(rune)) shown.Append(rune.ToString());
                else Code(rune.Value);
            }
        return shown.ToString();

        void Code(int value) => shown.Append(CultureInfo.InvariantCulture, $"⟨U+{value:X4}⟩");
    }

    // The signs of Arabic and Syriac numbers and verses are format characters that show. What follows them is what Unicode lets a display
    // ignore: joiners, fillers, variation selectors, tags.
    static bool IsSeen(Rune rune) => rune.Value switch
    {
        '\n' or '\t' or (>= 0x600 and <= 0x605) or 0x6DD or 0x70F or 0x890 or 0x891 or 0x8E2 => true,
        0x34F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0
            or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF) => false,
        _ when (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF => false,
        _ => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator),
    };
}
