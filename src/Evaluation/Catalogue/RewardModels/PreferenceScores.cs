using System.Globalization;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.RewardModels;

namespace ActorRlhf.Evaluation.Catalogue.RewardModels;

/// <summary>Whether a reward model scores what was chosen higher.</summary>
/// <remarks>
/// With one rejected completion <c>accuracy</c> is that of RewardBench (Lambert et al. 2024, arXiv 2403.13787), with three
/// <c>best-of-n</c> that of RewardBench 2 (Malik et al. 2025, arXiv 2506.01937); a tie counts by halves and by equal shares.
/// </remarks>
public static class PreferenceScores
{
    const string Accuracy = "accuracy", BestOf = "best-of-n";

    /// <summary>The metrics of some reward models, two for each.</summary>
    /// <param name="models">Their names; an empty one where there is one model only.</param>
    public static IReadOnlyList<Metric> Metrics(IEnumerable<string> models) =>
    [
        .. models.SelectMany(model => (Metric[])
        [
            new(Named(model, Accuracy), MetricDirection.Higher, MetricRole.Development,
                "Share of the pairs of a chosen and a rejected completion in which the chosen one has the higher score."),
            new(Named(model, BestOf), MetricDirection.Higher, MetricRole.Development,
                "1 where the completion with the highest score of all is a chosen one, else 0."),
        ]),
    ];

    /// <summary>Scores an item.</summary>
    /// <param name="id">The item's id.</param>
    /// <param name="gold">Quality of each candidate, <see cref="PreferenceItem.Gold"/>.</param>
    /// <param name="scores">By model its scores of the candidates.</param>
    public static ItemResult Of(
        string id, IReadOnlyList<double> gold, IReadOnlyList<(string Model, IReadOnlyList<double> Scores)> scores)
    {
        foreach (var (model, values) in scores)
            if (!values.All(double.IsFinite))
                return new FailedItem(id, $"the score of a candidate by {(model is "" ? "the model" : model)} is not a finite number");
        var found = new Dictionary<string, Score>();
        foreach (var (model, values) in scores)
        {
            var spelt = string.Join(' ', values.Select(value => value.ToString("0.####", CultureInfo.InvariantCulture)));
            found.Add(Named(model, Accuracy), new Score(PairAccuracy.Of([(values, gold)])!.Accuracy.Value, spelt));
            found.Add(Named(model, BestOf), new Score(BestOfN.Estimate(values, gold, gold.Count).Gold));
        }
        return new ScoredItem(id, found);
    }

    static string Named(string model, string metric) => model is "" ? metric : $"{model}/{metric}";
}
