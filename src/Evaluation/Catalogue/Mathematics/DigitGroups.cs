namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>How far a run of digits with separators is one number.</summary>
/// <param name="End">Behind it.</param>
/// <param name="Point">Its decimal separator; -1 where there is none.</param>
/// <param name="IsNumber">False for what only looks like one, such as 1.2.3 or 24.12.2024, which is then skipped as a whole.</param>
readonly record struct DigitGroups(int End, int Point, bool IsNumber)
{
    // More than any answer has; bounds the time that one place can take.
    const int MostGroups = 70;

    /// <summary>Reads the digits that begin at an index of a plain text.</summary>
    /// <remarks>
    /// 1,234 and 1'234 and 1 234 with a thin space are grouped; 1.234 is a decimal, as English has it; 1.234.567 is grouped and
    /// 1.234,56 grouped with a decimal comma, as nothing else fits; 12,50 has a decimal comma, while 3,4 and 1,2,3 are lists. A plain
    /// space groups only before a zero, with which no number begins.
    /// </remarks>
    public static DigitGroups At(ReadOnlySpan<char> text, int start)
    {
        var first = SkipDigits(text, start);
        if (!IsSeparator(text, first)) return new(first, -1, true);

        var separator = text[first];
        var (end, groups, threes, twos, last) = (first, 0, 0, 0, 0);
        while (IsSeparator(text, end) && text[end] == separator)
        {
            var next = SkipDigits(text, end + 1);
            last = next - end - 1;
            if (last == 3) threes++;
            if (last == 2) twos++;
            groups++;
            end = next;
            if (separator != '.' && (last is not (2 or 3) || groups == MostGroups)) break;
        }

        var leads = first - start;
        var grouped = threes == groups && leads <= 3 && text[start] != '0';
        var follows = IsSeparator(text, end);
        if (separator == '.')
        {
            if (groups == 1 && !(grouped && follows && text[end] == ',')) return new(end, first, true);
            return grouped ? WithDecimals(text, end, ',') : new(end, -1, false);
        }

        if (grouped) return WithDecimals(text, end, '.');
        if (separator != ',') return new(first, -1, true);
        // 12,34,567 is grouped as in India.
        if (groups > 1 && last == 3 && twos == groups - 1 && leads <= 2) return WithDecimals(text, end, '.');
        return groups == 1 && last == 2 && !follows ? new(end, first, true) : new(first, -1, true);
    }

    static DigitGroups WithDecimals(ReadOnlySpan<char> text, int end, char point) =>
        IsSeparator(text, end) && text[end] == point ? new(SkipDigits(text, end + 1), end, true) : new(end, -1, true);

    public static int SkipDigits(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end;
    }

    static bool IsSeparator(ReadOnlySpan<char> text, int at) =>
        at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])
        && (text[at] is ',' or '.' or '\'' or '_' or PlainText.Thin
            || (text[at] == ' ' && text[at + 1] == '0' && SkipDigits(text, at + 1) == at + 4));
}
