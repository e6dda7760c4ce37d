namespace ActorRlhf.Evaluation.Texts;

/// <summary>What a line is in Markdown, as chat models write it.</summary>
enum LineKind
{
    Prose,
    Blank,
    Heading,
    /// <summary>An item behind a bullet.</summary>
    Bullet,
    /// <summary>An item behind a number or a letter.</summary>
    Numbered,
    Quote,
    Table,
    /// <summary>The line that opens or closes a block of code.</summary>
    Fence,
    /// <summary>A line inside such a block.</summary>
    Code,
}

/// <summary>A line of a text.</summary>
/// <param name="Whole">All of it, without the line break.</param>
/// <param name="Content">Where it goes on behind indentation and marker.</param>
/// <param name="Kind">What it is.</param>
readonly record struct Line(Stretch Whole, int Content, LineKind Kind);
