namespace ActorRlhf.Evaluation.Texts;

/// <summary>The script of a letter, by the blocks of Unicode; blocks hold signs of other kinds too, so ask for letters only.</summary>
static class Scripts
{
    // Ascending, without overlap: first and last code point of each range.
    static readonly (int First, int Last, Script Script)[] s_ranges =
    [
        (0x0041, 0x024F, Script.Latin), (0x0250, 0x02AF, Script.Latin), (0x0370, 0x03FF, Script.Greek),
        (0x0400, 0x052F, Script.Cyrillic), (0x0530, 0x058F, Script.Armenian), (0x0590, 0x05FF, Script.Hebrew),
        (0x0600, 0x06FF, Script.Arabic), (0x0750, 0x077F, Script.Arabic), (0x08A0, 0x08FF, Script.Arabic),
        (0x0900, 0x097F, Script.Devanagari), (0x0980, 0x09FF, Script.Bengali), (0x0A00, 0x0A7F, Script.Gurmukhi),
        (0x0A80, 0x0AFF, Script.Gujarati), (0x0B80, 0x0BFF, Script.Tamil), (0x0C00, 0x0C7F, Script.Telugu),
        (0x0C80, 0x0CFF, Script.Kannada), (0x0D00, 0x0D7F, Script.Malayalam), (0x0D80, 0x0DFF, Script.Sinhala),
        (0x0E00, 0x0E7F, Script.Thai), (0x0E80, 0x0EFF, Script.Lao), (0x0F00, 0x0FFF, Script.Tibetan),
        (0x1000, 0x109F, Script.Burmese), (0x10A0, 0x10FF, Script.Georgian), (0x1100, 0x11FF, Script.Hangul),
        (0x1200, 0x137F, Script.Ethiopic), (0x1780, 0x17FF, Script.Khmer), (0x1C90, 0x1CBF, Script.Georgian),
        (0x1D00, 0x1DBF, Script.Latin), (0x1E00, 0x1EFF, Script.Latin), (0x1F00, 0x1FFF, Script.Greek),
        (0x2C60, 0x2C7F, Script.Latin), (0x2D00, 0x2D2F, Script.Georgian), (0x2DE0, 0x2DFF, Script.Cyrillic),
        (0x3005, 0x3007, Script.Han), // 々 and 〇 stand for ideographs
        (0x3041, 0x30FF, Script.Kana), (0x3131, 0x318E, Script.Hangul), (0x31F0, 0x31FF, Script.Kana),
        (0x3400, 0x9FFF, Script.Han), (0xA640, 0xA69F, Script.Cyrillic), (0xA720, 0xA7FF, Script.Latin),
        (0xAC00, 0xD7FF, Script.Hangul), (0xF900, 0xFAFF, Script.Han), (0xFB00, 0xFB06, Script.Latin),
        (0xFB1D, 0xFB4F, Script.Hebrew), (0xFB50, 0xFDFF, Script.Arabic), (0xFE70, 0xFEFC, Script.Arabic),
        (0xFF21, 0xFF5A, Script.Latin), (0xFF66, 0xFF9D, Script.Kana), (0x20000, 0x3FFFF, Script.Han),
    ];

    public static Script Of(int codePoint)
    {
        if (codePoint < 0x250) return codePoint >= 0x41 ? Script.Latin : Script.Other;
        var (low, high) = (0, s_ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (codePoint < s_ranges[middle].First) high = middle - 1;
            else if (codePoint > s_ranges[middle].Last) low = middle + 1;
            else return s_ranges[middle].Script;
        }
        return Script.Other;
    }
}
