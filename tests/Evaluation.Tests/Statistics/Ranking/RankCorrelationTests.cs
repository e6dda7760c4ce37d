using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Ranking;

namespace ActorRlhf.Evaluation.Tests.Statistics.Ranking;

public class RankCorrelationTests
{
    [Fact]
    public void Spearman_NoTies_MatchesTheRankDifferenceFormula()
    {
        // Differences of ranks 1, 1, 1, 1, 0: 1 − 6·4/(5·24) = .8.
        var rho = RankCorrelation.Spearman([10, 20, 30, 40, 50], [2, 1, 4, 3, 5])!;
        Assert.Equal(.8, rho.Value, 1e-12);
    }

    [Fact]
    public void Spearman_Ties_ShareTheirRanks()
    {
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, squares 4.5 and 5.
        var rho = RankCorrelation.Spearman([1, 7, 7, 9], [1, 2, 3, 4])!;
        Assert.Equal(4.5 / Math.Sqrt(4.5 * 5), rho.Value, 1e-12);
    }

    [Fact]
    public void Spearman_Interval_IsBonettAndWrights()
    {
        // z = atanh(.8) = 1.098612, half = 1.959964·√((1 + .32)/2) = 1.592277.
        var rho = RankCorrelation.Spearman([10, 20, 30, 40, 50], [2, 1, 4, 3, 5])!;
        Assert.Equal(Math.Tanh(1.098612 - 1.592298), rho.Low!.Value, 1e-4);
        Assert.Equal(Math.Tanh(1.098612 + 1.592298), rho.High!.Value, 1e-4);
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3, 1000 }, 1)]
    [InlineData(new double[] { 4, 3, 2, 1 }, -1)]
    public void Spearman_MonotoneScores_AreOneOrMinusOneWithoutInterval(double[] y, double expected) =>
        Assert.Equal(new Measured(expected, null, null, 4, "bonett-wright-fisher"), RankCorrelation.Spearman([1, 2, 3, 4], y));

    [Fact]
    public void Spearman_ReferenceValues_AreReproduced() => TwelvePrompts.AssertIs(
        RankCorrelation.Spearman(TwelvePrompts.ProxyB, TwelvePrompts.ScoreB),
        .3886501654, -.2611425127, .7960562736, 12, "bonett-wright-fisher");

    [Fact]
    public void Spearman_ConstantScore_IsUndefined() => Assert.Null(RankCorrelation.Spearman([1, 2, 3, 4], [5, 5, 5, 5]));

    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 1, 2, 3 })]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 1, 2, 3 })]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 1, 2, 3, double.NaN })]
    public void Spearman_NothingToRank_Throws(double[] x, double[] y) =>
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman(x, y));
}
