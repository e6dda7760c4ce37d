using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Host.Contracts;

/// <summary>The object of <c>validate</c>.</summary>
/// <param name="Ok">Whether nothing is wrong.</param>
/// <param name="Problems">What is.</param>
sealed record ValidationLine(bool Ok, IReadOnlyList<ValidationLine.Problem> Problems)
{
    public static ValidationLine Of(IReadOnlyList<RecipeProblem> problems) => new(problems.Count == 0,
        [.. problems.Select(one => new Problem(one.File, one.Line, one.Key, one.Value, one.Expected, one.Suggestion, one.ToString()))]);

    /// <summary>One thing that is wrong.</summary>
    /// <param name="File">What was read: a file, a name, or <c>--set</c>.</param>
    /// <param name="Line">From 1; 0 where no line is to blame.</param>
    /// <param name="Key">Path of the key.</param>
    /// <param name="Value">The value that was given; null where none is to blame.</param>
    /// <param name="Expected">What is allowed.</param>
    /// <param name="Suggestion">What was probably meant; null for nothing.</param>
    /// <param name="Message">All of it in one line.</param>
    public sealed record Problem(string File, int Line, string Key, string? Value, string Expected, string? Suggestion, string Message);
}
