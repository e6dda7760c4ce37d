using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Ranking;
using static ActorRlhf.Evaluation.Tests.Statistics.TwelvePrompts;

namespace ActorRlhf.Evaluation.Tests.Statistics.Ranking;

public class KendallTauTests
{
    [Fact]
    public void Of_ReferenceValues_AreReproduced() => AssertIs(
        KendallTau.Of(ProxyB, ScoreB), .2821601054, -.1130073197, .6002558611, 12, "jackknife-fisher", error: .1894900331);

    [Fact]
    public void Total_ReferenceValues_HaveAnExcessOfSeventeen() => Assert.Equal(17, Concordance.Total(ProxyB, ScoreB).Excess);

    [Fact]
    public void Of_OtherOrderAndUnits_IsTheSame()
    {
        var (tau, other) = (KendallTau.Of(ProxyB, ScoreB)!, KendallTau.Of([.. Shuffled(ProxyB).Select(Math.Exp)], Shuffled(ScoreB))!);
        Assert.Equal(tau.Value, other.Value);
        Assert.Equal(tau.Low!.Value, other.Low!.Value, 1e-14);
    }

    [Fact]
    public void Of_ScoresExchangedOrReversed_IsTheSameOrTheMirror()
    {
        var (tau, exchanged) = (KendallTau.Of(ProxyB, ScoreB)!, KendallTau.Of(ScoreB, ProxyB)!);
        Assert.Equal((tau.Value, tau.StandardError), (exchanged.Value, exchanged.StandardError));
        var reversed = KendallTau.Of([.. ProxyB.Select(p => -p)], ScoreB)!;
        Assert.Equal(-tau.Value, reversed.Value);
        Assert.Equal(-tau.Low!.Value, reversed.High!.Value, 1e-15);
    }

    [Fact]
    public void Of_AnyNumbers_IsTheDefinitionAndTheJackknifeByHand()
    {
        var draws = Some.Draws();
        for (var round = 0; round < 50; round++)
        {
            var (x, y) = (Levels(30, 6), Levels(30, 3));
            var tau = KendallTau.Of(x, y)!;
            Assert.Equal(Definition(x, y), tau.Value, 1e-14);
            Assert.Equal(tau.Value, KendallTau.Value(x, y)!.Value, 1e-15);
            double[] without = [.. Enumerable.Range(0, 30).Select(i => Definition([.. Without(x, i)], [.. Without(y, i)]))];
            var squares = without.Sum(one => (one - without.Average()) * (one - without.Average()));
            Assert.Equal(Math.Sqrt(29 / 30.0 * squares), tau.StandardError!.Value, 1e-13);
        }

        double[] Levels(int n, int levels) => [.. Enumerable.Range(0, n).Select(_ => (double)draws.Integer(levels))];
    }

    [Fact]
    public void Of_TwoThousandItems_IsQuickAndTheSameBothWays()
    {
        var draws = Some.Draws();
        double[] x = [.. Enumerable.Range(0, 2000).Select(_ => draws.Normal())];
        double[] y = [.. x.Select(one => Math.Round(one + draws.Normal()))];
        Assert.Equal(KendallTau.Value(x, y)!.Value, KendallTau.Of(x, y)!.Value, 1e-15);
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3, 9 }, 1)]
    [InlineData(new double[] { 4, 3, 2, 1 }, -1)]
    public void Of_MonotoneScores_HaveNoInterval(double[] y, double expected) =>
        Assert.Equal(new Measured(expected, null, null, 4, "jackknife-fisher"), KendallTau.Of([1, 2, 3, 4], y));

    [Fact]
    public void Of_ScoreConstantWithoutOneItem_HasNoInterval()
    {
        // 0 0 0 1 against 1 2 3 2: concordant 1, discordant 1.
        Assert.Equal(new Measured(0, null, null, 4, "jackknife-fisher"), KendallTau.Of([0, 0, 0, 1], [1, 2, 3, 2]));
    }

    [Theory]
    [InlineData(new double[] { 5, 5, 5, 5 })]
    public void Of_ConstantScore_IsUndefined(double[] y)
    {
        Assert.Null(KendallTau.Of([1, 2, 3, 4], y));
        Assert.Null(KendallTau.Value(y, [1, 2, 3, 4]));
    }

    [Fact]
    public void Of_OneItemOrNone_IsUndefined()
    {
        Assert.Null(KendallTau.Of([1], [2]));
        Assert.Null(KendallTau.Of([], []));
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 1, 2 })]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 1, 2, double.NaN })]
    public void Of_NothingToOrder_Throws(double[] x, double[] y)
    {
        Assert.Throws<ArgumentException>(() => KendallTau.Of(x, y));
        Assert.Throws<ArgumentException>(() => KendallTau.Value(x, y));
    }

    [Fact]
    public void Change_TwoSteps_IsTheDifferenceWithAnInterval()
    {
        var change = KendallTau.Change(StepA, StepB, seed: 7, resamples: 200)!;
        Assert.Equal(KendallTau.Value(ProxyB, ScoreB)! - KendallTau.Value(ProxyA, ScoreA), change.Value);
        Assert.True(change.Low < change.Value && change.Value < change.High);
        Assert.Equal((12, "bootstrap-percentile"), (change.N, change.Method));
    }

    [Fact]
    public void Change_ConstantAtAStep_IsUndefined() =>
        Assert.Null(KendallTau.Change(new StepScores([1, 2, 3], [1, 1, 1]), new StepScores([1, 2, 3], [1, 2, 3]), 7, 10));

    static double Definition(double[] x, double[] y)
    {
        double excess = 0, untiedX = 0, untiedY = 0;
        for (var i = 0; i < x.Length; i++)
            for (var j = 0; j < i; j++)
            {
                excess += Math.Sign(x[i] - x[j]) * Math.Sign(y[i] - y[j]);
                untiedX += x[i] != x[j] ? 1 : 0;
                untiedY += y[i] != y[j] ? 1 : 0;
            }
        return excess / Math.Sqrt(untiedX * untiedY);
    }

    static IEnumerable<double> Without(double[] values, int index) => values.Where((_, i) => i != index);
}
