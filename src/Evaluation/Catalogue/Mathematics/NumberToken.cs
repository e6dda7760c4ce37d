namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Where a number stands in a plain text, and of which parts it consists; all positions are indices into that text.</summary>
readonly record struct NumberToken()
{
    /// <summary>Its first digit, or the point before it.</summary>
    public required int Start { get; init; }
    /// <summary>Behind its last digit, percent sign or factor.</summary>
    public required int End { get; init; }
    /// <summary>Behind the digits that are not part of a fraction.</summary>
    public required int WholeEnd { get; init; }
    /// <summary>The decimal separator; -1 where there is none.</summary>
    public required int Point { get; init; }
    /// <summary>The first digit above a fraction bar: <see cref="Start"/> where nothing stands before the fraction.</summary>
    public int FractionStart { get; init; }
    /// <summary>The fraction bar; -1 where there is none.</summary>
    public int Slash { get; init; } = -1;
    public int FractionEnd { get; init; }
    /// <summary>Power of ten that multiplies it.</summary>
    public int Exponent { get; init; }
    /// <summary>What a word behind it stands for, such as 12 for "dozen".</summary>
    public long Factor { get; init; } = 1;
    public bool IsNegative { get; init; }
    public bool IsPercent { get; init; }
    /// <summary>True where it numbers a line, as in "3. Add them".</summary>
    public bool IsNumbering { get; init; }
    /// <summary>True where it is part of a word: an ordinal, an adjective such as "20-year-old", a coefficient such as "3x".</summary>
    public bool IsInWord { get; init; }
    /// <summary>True where it is set in bold.</summary>
    public bool IsBold { get; init; }
    /// <summary>True within a fenced block of code.</summary>
    public bool IsCode { get; init; }
}
