using System.Globalization;
using System.Numerics;

namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>A number as it was written, kept as a fraction of whole numbers so that comparing never rounds.</summary>
/// <param name="Numerator">With the sign.</param>
/// <param name="Denominator">At least 1; not reduced.</param>
/// <param name="IsPercent">True where a percent sign followed.</param>
/// <param name="Factor">What a word behind the number stands for, such as 12 for "dozen"; 1 where there is none.</param>
readonly record struct ExactNumber(BigInteger Numerator, BigInteger Denominator, bool IsPercent, long Factor)
{
    // No answer is longer. Reading takes quadratic time, so the limit is also what keeps a wall of digits cheap.
    const int MaxDigits = 200;

    public static ExactNumber Of(long whole) => new(whole, 1, false, 1);

    /// <summary>The value of what a scanner found; null where it has too many digits, or nothing below its fraction bar.</summary>
    public static ExactNumber? Of(ReadOnlySpan<char> text, NumberToken token)
    {
        if (token.End - token.Start > MaxDigits || Math.Abs(token.Exponent) > MaxDigits) return null;

        var whole = Digits(text[token.Start..token.WholeEnd]);
        var decimals = token.Point < 0 ? 0 : token.WholeEnd - token.Point - 1;
        var (numerator, denominator) = (whole, BigInteger.Pow(10, decimals));
        if (token.Slash >= 0)
        {
            var divisor = Digits(text[(token.Slash + 1)..token.FractionEnd]);
            (numerator, denominator) = token.FractionStart == token.Start
                ? (numerator, denominator * divisor)
                : ((whole * divisor) + Digits(text[token.FractionStart..token.Slash]), divisor);
        }
        if (denominator.IsZero) return null;

        if (token.Exponent > 0) numerator *= BigInteger.Pow(10, token.Exponent);
        else denominator *= BigInteger.Pow(10, -token.Exponent);
        return new(token.IsNegative ? -numerator : numerator, denominator, token.IsPercent, token.Factor);
    }

    /// <summary>
    /// Whether this answers a question whose answer is the reference. A word such as "dozen" counts as a factor or as a unit, whichever
    /// fits, for only the question says which; a percent sign is a unit, but a reference in percent is met by its hundredth, too.
    /// </summary>
    public bool Answers(ExactNumber reference) =>
        Same(this, reference)
        || (Factor > 1 && Same(this with { Numerator = Numerator * Factor }, reference))
        || (reference.IsPercent && !IsPercent && Same(this with { Numerator = Numerator * 100 }, reference));

    static bool Same(ExactNumber one, ExactNumber other) => one.Numerator * other.Denominator == other.Numerator * one.Denominator;

    static BigInteger Digits(ReadOnlySpan<char> text)
    {
        Span<char> digits = stackalloc char[MaxDigits];
        var count = 0;
        foreach (var character in text)
            if (char.IsAsciiDigit(character)) digits[count++] = character;
        return count <= 18
            ? count == 0 ? 0 : long.Parse(digits[..count], NumberStyles.None, CultureInfo.InvariantCulture)
            : BigInteger.Parse(digits[..count], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
