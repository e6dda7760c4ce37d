using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Tests.Numerics;

/// <summary>Float64 values computed from the formulas by hand, not taken from anybody's code.</summary>
public sealed class ReferenceValues
{
    const double Tolerance = 1e-9;                    // the references are printed with 9 to 10 digits
    static readonly float[] LogProbs = [-1f, -.5f, -2f, -.1f], RefLogProbs = [-1.2f, -.4f, -1.5f, -.1f];

    [Theory]
    [InlineData(true, true, -1.22474486, 0, 1.22474486)]
    [InlineData(true, false, -1, 0, 1)]
    [InlineData(false, false, 1, 2, 3)]
    public void Whiten_OneTwoThree_MatchesReference(bool shiftMean, bool biased, double a, double b, double c)
    {
        var whitened = Whitening.Apply([[1, 2], [3]], shiftMean, biased ? VarianceConvention.Biased : VarianceConvention.Unbiased);
        // The variance floor of 1e-8 moves the result by about 1e-8.
        Assert.Equal(a, whitened[0][0], 1e-7);
        Assert.Equal(b, whitened[0][1], 1e-7);
        Assert.Equal(c, whitened[1][0], 1e-7);
    }

    [Fact]
    public void Whiten_TwoUnmaskedTokens_MatchesReference()
    {
        var whitened = Whitening.Apply([[2], [3]]);
        Assert.Equal(-0.70710677, whitened[0][0], 1e-8);
        Assert.Equal(0.70710677, whitened[1][0], 1e-8);
    }

    [Fact]
    public void Kl_FourTokens_MatchesReference()
    {
        double[] logp = [-1, -.5, -2, -.1], reference = [-1.2, -.4, -1.5, -.1];
        double Sum(Func<double, double, double> estimator) => logp.Zip(reference, estimator).Sum();
        double[] k1 = [.2, -.1, -.5, 0], k3 = [.018730753, .005170918, .148721271, 0];
        for (var t = 0; t < 4; t++)
        {
            Assert.Equal(k1[t], Kl.K1(logp[t], reference[t]), Tolerance);
            Assert.Equal(k3[t], Kl.K3(logp[t], reference[t]), Tolerance);
        }
        Assert.Equal(-.4, Sum(Kl.K1), Tolerance);
        Assert.Equal(.172622942, Sum(Kl.K3), Tolerance);
    }

    [Theory]
    [InlineData(0), InlineData(1e-12), InlineData(-1e-9), InlineData(1e-5), InlineData(-30), InlineData(800)]
    public void K3_AnyDifference_IsNotNegative(double delta) => Assert.True(Kl.K3(delta, 0) >= 0);

    [Fact]
    public void K3_SmallDifference_HasNoCancellation() =>
        Assert.Equal(0.5e-8 * 1e-8, Kl.K3(1e-8, 0), 1e-16 * 1e-8);    // ½Δ² to leading order; a naive formula gives 0 or 1e-16

    [Fact]
    public void Estimators_ExactDistributions_MatchReference()
    {
        double[] p = [.5, .3, .2], q = [.4, .4, .2];
        double Expectation(Func<double, double, double> estimator) => p.Zip(q, (a, b) => a * estimator(Math.Log(a), Math.Log(b))).Sum();
        Assert.Equal(.0252671539, Expectation(Kl.K1), Tolerance);
        Assert.Equal(.0252671539, Expectation(Kl.K3), Tolerance);
    }

    /// <summary>
    /// Why the reward takes k1: what a penalty k does to the logits of a softmax p
    /// is p·(k − E[k]), and k3's is ∇KL(p‖q) − ∇KL(q‖p), where ∇KL(q‖p) is p − q.
    /// </summary>
    [Theory]
    [InlineData(.5, .3, .2, .0586414805, -.5983482250)]
    [InlineData(.7, .2, .1, .1403365716, -1)]
    public void Penalty_K3_LacksTheGradientOfTheKl(double first, double second, double third, double size, double cosine)
    {
        double[] p = [first, second, third], q = [.4, .4, .2];
        double[] Gradient(Func<double, double, double> estimator)
        {
            var penalties = p.Zip(q, (a, b) => estimator(Math.Log(a), Math.Log(b))).ToArray();
            var mean = p.Zip(penalties, (a, penalty) => a * penalty).Sum();
            return [.. p.Zip(penalties, (a, penalty) => a * (penalty - mean))];
        }
        double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
        double[] k1 = Gradient(Kl.K1), k3 = Gradient(Kl.K3);

        Assert.All(k3, (gradient, i) => Assert.Equal(k1[i] - (p[i] - q[i]), gradient, 1e-15));
        Assert.Equal(size, Math.Sqrt(Dot(k3, k3) / Dot(k1, k1)), Tolerance);
        Assert.Equal(cosine, Dot(k1, k3) / Math.Sqrt(Dot(k1, k1) * Dot(k3, k3)), Tolerance);
    }

    [Fact]
    public void Rewards_FourTokens_MatchReference()
    {
        var numbers = EpisodeAdvantages.Compute([new Episode(1, true, LogProbs, RefLogProbs, new float[4])],
            new RewardOptions { KlCoefficient = .05 });
        var expected = new[] { -.01, .005, .025, 1.0 };
        for (var t = 0; t < 4; t++) Assert.Equal(expected[t], numbers.Rewards[0][t], 1e-8);     // inputs are float32
        Assert.Equal(.02, numbers.Rewards[0].Sum() - numbers.Scores[0], 1e-8);                  // what is not score
        Assert.Equal(1.02, numbers.Rewards[0].Sum(), 1e-8);
    }

    [Theory]
    [InlineData(1, .95, .7644525, .70995, .621, .58)]
    [InlineData(1, 1, .86, .77, .65, .58)]
    [InlineData(.99, .95, .7389260175, .692106345, .61149, .58)]
    public void Gae_FourTokens_MatchesReference(double gamma, double lambda, double a, double b, double c, double d)
    {
        var advantages = Gae.Advantages([-.01, .02, -.03, .98], [.1f, .2f, .3f, .4f], gamma, lambda);
        var expected = new[] { a, b, c, d };
        for (var t = 0; t < 4; t++) Assert.Equal(expected[t], advantages[t], 1e-7);            // values are float32
    }

    [Fact]
    public void Returns_UseUnwhitenedAdvantages()
    {
        var numbers = EpisodeAdvantages.Compute([new Episode(.98, true, [.01f, -.02f, .03f, 0f], new float[4], [.1f, .2f, .3f, .4f])],
            new RewardOptions { KlCoefficient = 1 });
        var expected = new[] { .8644525, .90995, .921, .98 };
        for (var t = 0; t < 4; t++) Assert.Equal(expected[t], numbers.Returns[0][t], 1e-7);
        Assert.Equal(0, numbers.Advantages[0].Sum(), 1e-9);
    }

    [Theory]
    [InlineData(MissingEosRule.Subtract, 1.5)]
    [InlineData(MissingEosRule.Replace, -1)]
    public void Score_WithoutEos_FollowsTheRule(MissingEosRule rule, double expected)
    {
        var numbers = EpisodeAdvantages.Compute([new Episode(2.5, false, [0f], [0f], [0f])],
            new RewardOptions { KlCoefficient = 0, MissingEos = rule });
        Assert.Equal(expected, numbers.Scores[0]);
        Assert.Equal(expected, numbers.Rewards[0][0]);
    }

    [Fact]
    public void Score_BeyondTheClip_IsClipped() =>
        Assert.Equal(2, EpisodeAdvantages.Compute([new Episode(5, true, [0f], [0f], [0f])],
            new RewardOptions { KlCoefficient = 0, RewardClip = 2 }).Scores[0]);

    [Fact]
    public void WhitenRewards_On_KeepsTheMean()
    {
        Episode[] episodes = [new(3, true, [0f], [0f], [0f]), new(5, true, [0f], [0f], [0f])];
        var numbers = EpisodeAdvantages.Compute(episodes, new RewardOptions { KlCoefficient = 0, WhitenRewards = true });
        Assert.Equal(4, (numbers.Rewards[0][0] + numbers.Rewards[1][0]) / 2, 1e-9);
        Assert.Equal(Math.Sqrt(2), numbers.Rewards[1][0] - numbers.Rewards[0][0], 1e-6);       // 2 divided by the standard deviation √2
    }

    [Theory]
    [InlineData(RewardAggregation.WorstCase, 1, 2, 0)]
    [InlineData(RewardAggregation.UncertaintyWeighted, 1.66667, 2, -.33333)]
    [InlineData(RewardAggregation.Mean, 2, 2, 2)]
    [InlineData(RewardAggregation.Single, 1, 2, 0)]
    public void Aggregate_ThreeMembers_MatchesReference(RewardAggregation rule, double a, double b, double c)
    {
        Assert.Equal(a, RewardEnsembleScore.Aggregate(rule, [1, 2, 3], .5), 5e-6);
        Assert.Equal(b, RewardEnsembleScore.Aggregate(rule, [2, 2, 2], .5), 5e-6);
        Assert.Equal(c, RewardEnsembleScore.Aggregate(rule, [0, 5, 1], .5), 5e-6);
    }

    // 64 episodes, horizon 4, KL below the target: 1 − .2·16 = −2.2.
    [Fact]
    public void AdaptiveKl_MoreEpisodesThanFiveHorizons_StaysPositive()
    {
        Assert.Equal(.005 * .01, AdaptiveKl.Next(.005, 1, 6, 64, 4), 1e-18);
        Assert.Equal(-.011, AdaptiveKl.NextWithoutBounds(.005, 1, 6, 64, 4), 1e-15);
        Assert.Equal(.005 * 4.2, AdaptiveKl.Next(.005, 30, 6, 64, 4), 1e-15);
    }

    [Fact]
    public void AdaptiveKl_FourSteps_MatchesReference()
    {
        var coefficient = .2;
        foreach (var (kl, expected) in new[] { (2, .198976), (6, .198976), (12, .19999475712), (30, .20101873028) })
        {
            coefficient = AdaptiveKl.Next(coefficient, kl, 6, 256, 10000);
            Assert.Equal(expected, coefficient, 1e-11);
        }
    }
}
