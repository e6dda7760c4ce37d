using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Models.Tests.Training;

/// <summary>Float64 values computed from the formulas by hand, and derivatives against finite differences.</summary>
public sealed class LossReferenceValues
{
    [Fact]
    public void Policy_FourTokens_MatchesReference()
    {
        double[] old = [-1, -.5, -2, -.1], next = [-.7, -.9, -2.05, -.1], advantage = [1, 1, -1, -2];
        var losses = Enumerable.Range(0, 4).Select(t => PpoLoss.Policy(next[t], old[t], advantage[t], .2)).ToArray();
        double[] expected = [-1.2, -.6703200, .9512294, 2];
        for (var t = 0; t < 4; t++) Assert.Equal(expected[t], losses[t].Loss, 1e-7);
        Assert.Equal(.2702273446, losses.Average(loss => loss.Loss), 1e-10);
        Assert.Equal(.25, losses.Average(loss => loss.Clipped ? 1.0 : 0));
    }

    [Fact]
    public void PpoNumbers_FourTokens_MatchReference()
    {
        // The same four tokens as above as two episodes of two, and the value
        // loss's three as far as they go; log-probs and values are float32.
        PpoEpisode[] episodes =
        [
            new(new TokenSequence([1, 2, 3], 1), [-1, -.5f], [.2f, .2f], [1, 1], [1, 0]),
            new(new TokenSequence([1, 2, 3], 1), [-2, -.1f], [.4f, .4f], [-1, -2], [.3f, .3f]),
        ];
        var numbers = PpoNumbers.Of(episodes, [1, 0], [[-2.05f, -.1f], [-.7f, -.9f]],
            [[.9f, .4f], [.5f, .1f]], new PpoOptions(), entropy: 1.5, policyNorm: 2, criticNorm: 3);
        double[] ratios = [1.3498588, .6703200, .9512294, 1];
        Assert.Equal(.2702273446, numbers.PolicyLoss, 1e-7);
        Assert.Equal(.25, numbers.ClipFraction);
        Assert.Equal(ratios.Average(), numbers.RatioMean, 1e-7);
        Assert.Equal(.3498588, numbers.MaxRatioError, 1e-6);
        Assert.Equal((.09 + .16 + .0025) / 2 / 4, numbers.ApproxKl, 1e-7); // ½Δ² of .3, −.4, −.05, 0
        Assert.Equal((3 * .1216666667 + .005) / 4, numbers.ValueLoss, 1e-7); // and a fourth: ½ (.4 − .3)²
        Assert.Equal(.25, numbers.ValueClipFraction);
        Assert.Equal((1.5, 2, 3), (numbers.Entropy, numbers.PolicyGradientNorm, numbers.CriticGradientNorm));
    }

    [Fact]
    public void Policy_DualClip_BoundsTheLoss()
    {
        Assert.Equal(7.389056, PpoLoss.Policy(2, 0, -1, .2).Loss, 1e-6);
        Assert.Equal(3, PpoLoss.Policy(2, 0, -1, .2, dualClip: 3).Loss);
        Assert.Equal(0, PpoLoss.Policy(2, 0, -1, .2, dualClip: 3).Derivative);
    }

    [Fact]
    public void Value_ThreeTokens_MatchesReference()
    {
        double[] values = [.5, .1, .9], old = [.2, .2, .4], returns = [1, 0, .3];
        var losses = Enumerable.Range(0, 3).Select(t => PpoLoss.Value(values[t], old[t], returns[t], .2)).ToArray();
        Assert.Equal(.1216666667, losses.Average(loss => loss.Loss), 1e-10);
        Assert.Equal(1.0 / 3, losses.Average(loss => loss.Clipped ? 1.0 : 0), 1e-12);
    }

    [Theory]
    [InlineData(-.7, -1, 1), InlineData(-1.4, -1, 1), InlineData(-.7, -1, -1), InlineData(-1.4, -1, -1), InlineData(-1.05, -1, 2)]
    [InlineData(1, -1, -1)]
    public void PolicyDerivative_AnyBranch_MatchesFiniteDifference(double next, double old, double advantage)
    {
        const double h = 1e-6;
        double At(double x) => PpoLoss.Policy(x, old, advantage, .2, dualClip: 3).Loss;
        Assert.Equal((At(next + h) - At(next - h)) / (2 * h), PpoLoss.Policy(next, old, advantage, .2, dualClip: 3).Derivative, 1e-6);
    }

    [Theory]
    [InlineData(.5, .2, 1), InlineData(.1, .2, 0), InlineData(.9, .4, .3), InlineData(-.5, .4, .3)]
    public void ValueDerivative_AnyBranch_MatchesFiniteDifference(double value, double old, double @return)
    {
        const double h = 1e-6;
        double At(double x) => PpoLoss.Value(x, old, @return, .2).Loss;
        Assert.Equal((At(value + h) - At(value - h)) / (2 * h), PpoLoss.Value(value, old, @return, .2).Derivative, 1e-6);
    }

    [Theory]
    [InlineData(LossAggregation.TokenMean, 3.6666667)]
    [InlineData(LossAggregation.SeqMeanTokenSum, 7.3333333)]
    [InlineData(LossAggregation.SeqMeanTokenMean, 4.1666667)]
    [InlineData(LossAggregation.DrGrpo, 2.4444444)]
    public void Aggregation_ThreeSequences_MatchesReference(LossAggregation aggregation, double expected)
    {
        double[][] losses = [[1, 2], [3, 4, 5], [7]];
        var total = losses.Sum(sequence => LossWeights.PerToken(aggregation, sequence.Length, 3, 6, 3) * sequence.Sum());
        Assert.Equal(expected, total, 1e-7);
    }

    [Fact]
    public void BradleyTerry_OneComparison_MatchesReference()
    {
        Assert.Equal(.3411538747, BradleyTerry.Loss(1.3, .4).Loss, 1e-10);
        Assert.Equal(.5130152524, BradleyTerry.Loss(1.3, .4, margin: .5).Loss, 1e-10);
        Assert.Equal(.0289, BradleyTerry.Loss(1.3, .4, centering: .01).Loss - BradleyTerry.Loss(1.3, .4).Loss, 1e-10);
    }

    [Theory]
    [InlineData(1.3, .4), InlineData(-2, 3), InlineData(400, -400), InlineData(-400, 400)]
    public void BradleyTerryDerivatives_AnyScores_MatchFiniteDifference(double chosen, double rejected)
    {
        const double h = 1e-5;
        double At(double c, double r) => BradleyTerry.Loss(c, r, .5, .01).Loss;
        var (_, byChosen, byRejected) = BradleyTerry.Loss(chosen, rejected, .5, .01);
        Assert.Equal((At(chosen + h, rejected) - At(chosen - h, rejected)) / (2 * h), byChosen, 1e-4);
        Assert.Equal((At(chosen, rejected + h) - At(chosen, rejected - h)) / (2 * h), byRejected, 1e-4);
    }
}
