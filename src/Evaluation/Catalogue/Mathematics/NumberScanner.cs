using System.Globalization;

namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Finds the numbers of a plain text that could be an answer, in the order of the text and in time linear in it.</summary>
/// <remarks>
/// Left out: times and ratios, dates, digits of names such as "m2" or "x_1", exponents, and numbers that only count steps or parts
/// ("Step 3"). Lines' numbers and the digits of "3rd", "20-year-old" and "3x" are told apart.
/// </remarks>
static class NumberScanner
{
    static readonly HashSet<string> s_counted = new(StringComparer.OrdinalIgnoreCase)
    {
        "step", "case", "part", "question", "problem", "example", "figure", "equation", "option", "section", "method", "phase", "note",
    };

    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_countedSpans = s_counted.GetAlternateLookup<ReadOnlySpan<char>>();

    static readonly (string Word, long Factor)[] s_factors =
    [
        ("dozen", 12), ("hundred", 100), ("thousand", 1_000), ("million", 1_000_000), ("billion", 1_000_000_000),
        ("trillion", 1_000_000_000_000),
    ];

    public static List<NumberToken> Scan(string plain)
    {
        ReadOnlySpan<char> text = plain;
        var found = new List<NumberToken>();
        var (at, fenced, isCode) = (0, 0, false);
        while (at < text.Length && text[at..].IndexOfAnyInRange('0', '9') is >= 0 and var distance)
        {
            var digit = at + distance;
            if (text[fenced..digit].Count(PlainText.Fence) % 2 == 1) isCode = !isCode;
            fenced = digit;

            at = Read(text, digit, out var token);
            if (token is { } number) found.Add(number with { IsCode = isCode });
        }
        return found;
    }

    /// <summary>Reads what begins with a digit; the token is null where it could be no answer.</summary>
    /// <returns>Where to go on.</returns>
    static int Read(ReadOnlySpan<char> text, int digit, out NumberToken? token)
    {
        token = null;
        var (before, start) = (At(text, digit - 1), digit);
        // Scripts without cases do not part words: a digit behind their letters begins a number.
        if (char.IsUpper(before) || char.IsLower(before) || before is '_' or '^') return SkipName(text, digit);
        if (before == '-' && At(text, digit - 2) == '^') return DigitGroups.SkipDigits(text, digit);

        var groups = DigitGroups.At(text, digit);
        var (end, point) = (groups.End, groups.Point);
        if (before == '.' && !char.IsLetterOrDigit(At(text, digit - 2)) && At(text, digit - 2) != '.')
        {
            (start, point) = (digit - 1, digit - 1);
            end = DigitGroups.SkipDigits(text, digit);
        }
        else if (!groups.IsNumber) return end;
        if (At(text, end) == ':' && char.IsAsciiDigit(At(text, end + 1))) return SkipClock(text, end);
        if (IsDate(text, digit, end, out var behindDate)) return behindDate;

        var number = new NumberToken { Start = start, End = end, WholeEnd = end, Point = point };
        if (!TryReadFraction(text, ref number)) return SkipSlashes(text, end);
        number = WithExponent(text, number);
        if (IsCounter(text, start)) return number.End;
        var isInWord = IsInWord(text, number.End);
        number = WithUnit(text, number);
        token = number with
        {
            IsInWord = isInWord,
            IsNegative = IsNegative(text, start),
            IsBold = IsBold(text, start),
            IsNumbering = IsNumbering(text, number),
        };
        return number.End;
    }

    static char At(ReadOnlySpan<char> text, int index) => index >= 0 && index < text.Length ? text[index] : ' ';

    static int SkipName(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && char.IsLetterOrDigit(text[at])) at++;
        return at;
    }

    static int SkipClock(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is ':' or '.')) at++;
        return at;
    }

    static int SkipSlashes(ReadOnlySpan<char> text, int at)
    {
        while (At(text, at) == '/' && char.IsAsciiDigit(At(text, at + 1))) at = DigitGroups.SkipDigits(text, at + 1);
        return at;
    }

    /// <summary>2024-05-03: anything else with hyphens may be a subtraction.</summary>
    static bool IsDate(ReadOnlySpan<char> text, int start, int end, out int behind)
    {
        behind = end + 6;
        return end - start == 4 && behind <= text.Length && text[end] == '-' && text[end + 3] == '-'
            && DigitGroups.SkipDigits(text, end + 1) == end + 3 && DigitGroups.SkipDigits(text, end + 4) == behind;
    }

    /// <summary>Adds 3/4 or, behind a whole number, the 1/2 of 1 1/2; false where several slashes make it a date or a chain.</summary>
    static bool TryReadFraction(ReadOnlySpan<char> text, ref NumberToken number)
    {
        var from = number.Start;
        var slash = number.End;
        if (At(text, slash) is (' ' or PlainText.Thin) && number.Point < 0)
        {
            from = slash + 1;
            slash = DigitGroups.SkipDigits(text, from);
            if (slash == from || At(text, slash) != '/') return true;
        }
        if (At(text, slash) != '/' || !char.IsAsciiDigit(At(text, slash + 1))) return true;

        var end = DigitGroups.SkipDigits(text, slash + 1);
        if (At(text, end) == '/' && char.IsAsciiDigit(At(text, end + 1))) return from != number.Start;
        if (At(text, end) is ('.' or ',') && char.IsAsciiDigit(At(text, end + 1))) return true;
        if (from != number.Start && !IsProper(text[from..slash], text[(slash + 1)..end])) return true;
        number = number with { FractionStart = from, Slash = slash, FractionEnd = end, End = end };
        return true;
    }

    static bool IsProper(ReadOnlySpan<char> numerator, ReadOnlySpan<char> denominator) =>
        numerator.Length <= 3 && denominator.Length <= 3 && int.Parse(numerator, Invariant) < int.Parse(denominator, Invariant);

    /// <summary>Adds the power of ten of 1e3 or 1.5 * 10^3.</summary>
    static NumberToken WithExponent(ReadOnlySpan<char> text, NumberToken number)
    {
        var at = number.End;
        if (At(text, at) is 'e' or 'E') at++;
        else
        {
            if (At(text, at) == ' ') at++;
            if (At(text, at) != '*') return number;
            at = text[(at + 1)..].StartsWith(" 10^") ? at + 5 : text[(at + 1)..].StartsWith("10^") ? at + 4 : -1;
            if (at < 0) return number;
        }

        var sign = At(text, at) == '-' ? -1 : 1;
        if (At(text, at) is '-' or '+') at++;
        var end = DigitGroups.SkipDigits(text, at);
        if (end == at || char.IsLetter(At(text, end))) return number;
        // Five digits say enough: such a number is out of any range.
        return number with { End = end, Exponent = sign * int.Parse(text[at..Math.Min(end, at + 5)], Invariant) };
    }

    static IFormatProvider Invariant => CultureInfo.InvariantCulture;

    /// <summary>The 3 of "Step 3", or of "#3".</summary>
    static bool IsCounter(ReadOnlySpan<char> text, int start)
    {
        var at = start - 1;
        if (At(text, at) == '#') return At(text, at - 1) != '#';
        while (at >= 0 && text[at] is (' ' or PlainText.Thin) && start - at < 3) at--;
        if (at < 0 || !char.IsAsciiLetter(text[at])) return false;
        const int longest = 10;
        var first = at;
        while (first > 0 && at - first < longest && char.IsAsciiLetter(text[first - 1])) first--;
        return s_countedSpans.Contains(text[first..(at + 1)]);
    }

    static bool IsInWord(ReadOnlySpan<char> text, int end)
    {
        if (At(text, end) == '-') return char.IsAsciiLetter(At(text, end + 1));
        if (!char.IsAsciiLetter(At(text, end)) || char.IsAsciiLetter(At(text, end + 2))) return false;
        return text[end..Math.Min(end + 2, text.Length)] is "st" or "nd" or "rd" or "th"
            || (text[end] is 'x' or 'y' or 'z' && !char.IsAsciiLetter(At(text, end + 1)));
    }

    static NumberToken WithUnit(ReadOnlySpan<char> text, NumberToken number)
    {
        var at = number.End;
        if (At(text, at) == '%') return number with { End = at + 1, IsPercent = true };
        if (At(text, at) is ' ' or PlainText.Thin) at++;
        if (At(text, at) == '%') return number with { End = at + 1, IsPercent = true };
        if (at >= text.Length || !char.IsAsciiLetter(text[at])) return number;

        var rest = text[at..];
        const string percent = "percent";
        if (rest.StartsWith(percent, StringComparison.OrdinalIgnoreCase))
            return number with { End = at + percent.Length, IsPercent = true };
        foreach (var (word, factor) in s_factors)
            if (rest.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                return number with { End = at + word.Length, Factor = factor };
        return number;
    }

    /// <summary>A minus sign before it, or before its currency, that subtracts it from nothing; or the word "negative".</summary>
    static bool IsNegative(ReadOnlySpan<char> text, int start)
    {
        var at = start - 1;
        if (IsCurrency(At(text, at))) at--;
        if (text[..(at + 1)].EndsWith("negative ", StringComparison.OrdinalIgnoreCase)) return true;
        if (At(text, at) == '-' && at >= 0)
        {
            var before = At(text, at - 1);
            if (before is not (' ' or PlainText.Thin)) return !char.IsLetterOrDigit(before) && before is not (')' or '%' or '-');
            return !char.IsAsciiDigit(At(text, at - 2)) && At(text, at - 2) != ')';
        }
        return text[..(at + 1)].EndsWith("= - ") || text[..(at + 1)].EndsWith("is minus ") || text[..(at + 1)].EndsWith("= minus ");
    }

    public static bool IsCurrency(char character) => character is '$' or '€' or '£' or '¥' or '₹';

    static bool IsBold(ReadOnlySpan<char> text, int start)
    {
        var at = start - 1;
        while (IsCurrency(At(text, at)) || At(text, at) == '-') at--;
        return At(text, at) == PlainText.Bold;
    }

    /// <summary>"2. Add them" at the beginning of a line, or "2) Add them" anywhere.</summary>
    static bool IsNumbering(ReadOnlySpan<char> text, NumberToken number)
    {
        const int lookBack = 80;
        var before = text[Math.Max(0, number.Start - lookBack)..number.Start];
        before = before[(before.LastIndexOf('\n') + 1)..];
        // Answers of two digits are commoner than lists of twenty lines.
        if (number.End - number.Start > (text[number.Start] == '1' ? 2 : 1)) return false;
        if (At(text, number.End) == ')') return before.LastIndexOf('(') <= before.LastIndexOf(')');
        return At(text, number.End) == '.' && At(text, number.End + 1) == ' ' && before.Trim(" #>-*\u0001").IsEmpty
            && (char.IsLetter(At(text, number.End + 2)) || At(text, number.End + 2) == PlainText.Bold);
    }
}
