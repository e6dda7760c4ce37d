using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Inquiry;

/// <summary>What came of one item of a benchmark.</summary>
/// <param name="Result">Its scores, or why it has none.</param>
/// <param name="Slices">By which aggregates are broken down.</param>
/// <param name="Line">What <c>--json</c> prints of it.</param>
sealed record BenchResult(ItemResult Result, IReadOnlyDictionary<string, string> Slices, BenchLine Line)
{
    public static readonly IReadOnlyDictionary<string, string> NoSlices = new Dictionary<string, string>();

    /// <summary>That of an item.</summary>
    public static BenchResult Of(
        int index, ItemResult result, IReadOnlyDictionary<string, string>? slices = null,
        string? prompt = null, string? completion = null, IReadOnlyList<double>? logLikelihoods = null) =>
        new(result, slices ?? NoSlices, new BenchLine(
            index, null, prompt, completion, logLikelihoods, (result as ScoredItem)?.Scores, (result as FailedItem)?.Error));
}
