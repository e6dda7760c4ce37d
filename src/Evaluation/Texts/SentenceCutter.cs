using System.Collections.Frozen;

namespace ActorRlhf.Evaluation.Texts;

/// <summary>Cuts prose into sentences.</summary>
/// <remarks>
/// A sentence ends at a mark that ends sentences and at the end of a line, unless the next line is prose that goes on in lower case.
/// A point ends none before a word in lower case, behind an abbreviation or an initial; one with a space before it, as tokenizers
/// of words leave it, always does.
/// </remarks>
static class SentenceCutter
{
    const string Closers = "\"'”’)]}»*_`";
    const string FullWidthEnds = "。！？｡؟۔।॥";
    const int LongestAbbreviation = 6;

    static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_abbreviations = ((string[])
        ["mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "e.g", "i.e", "eg", "ie", "fig", "approx", "u.s", "u.k", "cf", "dept"])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    public static List<Sentence> Cut(string text, List<Line> lines, List<Stretch> words)
    {
        var sentences = new List<Sentence>();
        var (start, end, word) = (-1, 0, 0);
        foreach (var line in lines)
        {
            var isText = line.Kind is not (LineKind.Blank or LineKind.Fence or LineKind.Code or LineKind.Table);
            if (start >= 0 && !(line.Kind == LineKind.Prose && char.IsLower(text[line.Content]))) Close(end);
            if (!isText) continue;
            for (var i = line.Content; i < line.Whole.End; i++)
            {
                if (start < 0) start = i;
                if (!IsMark(text[i])) continue;
                var behind = i + 1;
                while (behind < line.Whole.End && (Closers.Contains(text[behind]) || IsMark(text[behind]))) behind++;
                if (Ends(text, i, behind, line.Whole.End)) Close(behind);
                i = behind - 1; // also where none ends, so that a million points are read once
            }
            end = line.Whole.End;
        }
        if (start >= 0) Close(end);
        return sentences;

        void Close(int to)
        {
            while (word < words.Count && words[word].Start < start) word++;
            var first = word;
            while (word < words.Count && words[word].Start < to) word++;
            if (word > first) sentences.Add(new Sentence(new Stretch(start, to), first, word));
            start = -1;
        }
    }

    /// <summary>Whether a sentence ends with a mark, what follows it being at <paramref name="behind"/>.</summary>
    static bool Ends(string text, int mark, int behind, int lineEnd)
    {
        if (behind == lineEnd || FullWidthEnds.Contains(text[mark])) return true;
        if (!char.IsWhiteSpace(text[behind])) return false;
        if (text[mark] is '!' or '?' || (mark > 0 && char.IsWhiteSpace(text[mark - 1]))) return true;
        while (behind < lineEnd && char.IsWhiteSpace(text[behind])) behind++;
        return !(behind < lineEnd && char.IsLower(text[behind])) && !IsAbbreviated(text, mark);
    }

    static bool IsMark(char c) => c is '.' or '!' or '?' || (c > 127 && (c == '…' || FullWidthEnds.Contains(c)));

    static bool IsAbbreviated(string text, int point)
    {
        var start = point;
        while (start > 0 && point - start <= LongestAbbreviation && (char.IsLetter(text[start - 1]) || text[start - 1] == '.')) start--;
        var before = text.AsSpan(start, point - start);
        return before.Length == 1 ? char.IsUpper(before[0]) && before[0] != 'I' : s_abbreviations.Contains(before);
    }
}
