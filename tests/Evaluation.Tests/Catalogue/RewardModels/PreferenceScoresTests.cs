using ActorRlhf.Evaluation.Catalogue.RewardModels;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Tests.Catalogue.RewardModels;

public class PreferenceScoresTests
{
    // One chosen of four: two of the three pairs are right; the best is a rejected one.
    [Theory]
    [InlineData(new[] { 2.0, 1, 0, -1 }, 1, 1)]
    [InlineData(new[] { 2.0, 3, 0, -1 }, 2.0 / 3, 0)]
    [InlineData(new[] { 2.0, 2, 0, -1 }, 2.5 / 3, .5)]
    public void Of_ScoresOfOneModel_AreSharesOfPairsAndTheBest(double[] scores, double accuracy, double best)
    {
        var scored = Assert.IsType<ScoredItem>(PreferenceScores.Of("0", [1, 0, 0, 0], [("", scores)]));
        Assert.Equal(accuracy, scored.Scores["accuracy"].Value!.Value, 1e-15);
        Assert.Equal(best, scored.Scores["best-of-n"].Value!.Value, 1e-15);
    }

    [Fact]
    public void Of_TwoModels_HaveMetricsOfTheirNames()
    {
        var scored = Assert.IsType<ScoredItem>(PreferenceScores.Of("0", [1, 0], [("a", [1, 0]), ("b", [0, 1])]));
        Assert.Equal(PreferenceScores.Metrics(["a", "b"]).Select(metric => metric.Name), scored.Scores.Keys);
        Assert.Equal((1, 0), (scored.Scores["a/accuracy"].Value, scored.Scores["b/accuracy"].Value));
    }

    [Fact]
    public void Of_ScoreThatIsNotFinite_Fails() => Assert.Equal(
        "the score of a candidate by b is not a finite number",
        Assert.IsType<FailedItem>(PreferenceScores.Of("0", [1, 0], [("a", [1, 0]), ("b", [0, double.NaN])])).Error);
}
