namespace ActorRlhf.Models.Data;

/// <summary>A line of a dataset that was left out, and why.</summary>
/// <param name="File">The file as it was given.</param>
/// <param name="Line">Line number from 1, of the uncompressed text.</param>
/// <param name="Reason">What is wrong with the line.</param>
public sealed record DatasetProblem(string File, int Line, string Reason)
{
    /// <summary><c>file:line: reason</c>.</summary>
    public override string ToString() => $"{File}:{Line}: {Reason}";
}
