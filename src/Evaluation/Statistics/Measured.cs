namespace ActorRlhf.Evaluation.Statistics;

/// <summary>A number that was estimated, with its 95% confidence interval, what it rests on and how the interval was made.</summary>
/// <param name="Value">The point estimate. What is undefined is a null in place of the whole record, never a 0 or NaN here.</param>
/// <param name="Low">Lower end of the interval; null where there is none: too few units, or no spread to judge by.</param>
/// <param name="High">Upper end; null together with <paramref name="Low"/>.</param>
/// <param name="N">Number of units it rests on: prompts, pairs, items.</param>
/// <param name="Method">The interval's name, such as <c>wilson</c>. Stands in reports and is never changed.</param>
public sealed record Measured(double Value, double? Low, double? High, int N, string Method)
{
    /// <summary>Standard error of the value; null where the interval is not made from one.</summary>
    public double? StandardError { get; init; }

    /// <summary>Whether there is an interval and 0 is outside: what a claim of a difference needs.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;
}
