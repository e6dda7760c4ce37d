using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>Whether completions stay as short as the SFT policy's were on other prompts: a series of the log itself.</summary>
static class LengthBudget
{
    /// <summary>What it says of a completion.</summary>
    public static readonly Metric Metric = new(
        "length-budget", MetricDirection.Higher, MetricRole.Development,
        "1 where the completion is within the 95th percentile of the SFT policy's lengths on other prompts, else 0.", MetricRange.Share);

    /// <summary>The series' name.</summary>
    public const string Series = "heldout/length-budget";

    /// <summary>The series' values.</summary>
    /// <param name="lengths">Tokens of each completion.</param>
    /// <param name="budget">Tokens.</param>
    public static double?[] Of(IEnumerable<double> lengths, int budget) =>
        [.. lengths.Select(length => (double?)(length <= budget ? 1 : 0))];
}
