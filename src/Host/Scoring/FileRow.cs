namespace ActorRlhf.Host.Scoring;

/// <summary>What a cell of a file is.</summary>
enum CellKind
{
    /// <summary>Nothing: null, or no such cell.</summary>
    None,
    /// <summary>A text.</summary>
    Text,
    /// <summary>A number, true or false, in the spelling of JSON.</summary>
    Plain,
    /// <summary>A list of numbers.</summary>
    Numbers,
    /// <summary>Something else: an object, a list, a date.</summary>
    Other,
}

/// <summary>A cell of a row.</summary>
/// <param name="Column">Name of its column.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A text or the spelling of what is plain; empty for the others.</param>
/// <param name="Numbers">Those of a list; null for the others.</param>
readonly record struct FileCell(string Column, CellKind Kind, string Text = "", float[]? Numbers = null);

/// <summary>A row of a file, in whatever format.</summary>
/// <param name="Number">Its line, or its row where the format has no lines, from 1.</param>
/// <param name="Cells">In the file's order; none where it cannot be read.</param>
/// <param name="Problem">Why it cannot be read; null if it can.</param>
readonly record struct FileRow(long Number, IReadOnlyList<FileCell> Cells, string? Problem = null);
