using System.Globalization;
using System.Text;

namespace ActorRlhf.Evaluation.Texts;

/// <summary>Cuts a text into words.</summary>
/// <remarks>
/// A word is a longest run of letters, digits and marks; an apostrophe or low line between two of them, and a point or comma between two
/// digits, belong to it. Hyphens part words. Ideographs and kana are words each, as these scripts put no spaces. Scripts that put none and
/// are alphabets (Thai, Lao, Khmer, Burmese) give one word up to the next space, which is too few.
/// </remarks>
static class WordCutter
{
    enum Kind
    {
        Other,
        Joins,
        Alone,
    }

    public static List<Stretch> Cut(string folded)
    {
        var words = new List<Stretch>(folded.Length / 5 + 1); // about what English needs
        for (var i = 0; i < folded.Length;)
        {
            var (kind, units) = KindAt(folded, i);
            var start = i;
            i += units;
            if (kind == Kind.Joins) i = EndOfRun(folded, i);
            if (kind != Kind.Other) words.Add(new Stretch(start, i));
        }
        return words;
    }

    static int EndOfRun(string folded, int i)
    {
        while (i < folded.Length)
        {
            var (kind, units) = KindAt(folded, i);
            if (kind == Kind.Other && IsInner(folded, i)) (kind, units) = (Kind.Joins, 1);
            if (kind != Kind.Joins) break;
            i += units;
        }
        return i;
    }

    /// <summary>Whether a sign stands between two parts of one word.</summary>
    static bool IsInner(string folded, int i) => i + 1 < folded.Length && folded[i] switch
    {
        '\'' or '_' => KindAt(folded, i + 1).Kind == Kind.Joins,
        '.' or ',' => char.IsAsciiDigit(folded[i - 1]) && char.IsAsciiDigit(folded[i + 1]),
        _ => false,
    };

    static (Kind Kind, int Units) KindAt(string folded, int i)
    {
        var c = folded[i];
        if (c < 128) return (char.IsAsciiLetterOrDigit(c) ? Kind.Joins : Kind.Other, 1);
        if (!Rune.TryGetRuneAt(folded, i, out var rune)) return (Kind.Other, 1); // a lone surrogate
        var kind = Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.LetterNumber =>
                Scripts.Of(rune.Value) is Script.Han or Script.Kana ? Kind.Alone : Kind.Joins,
            UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark => Kind.Joins,
            _ => Kind.Other,
        };
        return (kind, rune.Utf16SequenceLength);
    }
}
