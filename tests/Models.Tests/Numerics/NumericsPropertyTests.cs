using ActorRlhf.Evaluation.Numerics;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Models.Tests.Numerics;

/// <summary>What must hold for any input, tried on drawn ones.</summary>
public sealed class NumericsPropertyTests
{
    const int Cases = 300;

    [Fact]
    public void Gae_LambdaOne_IsTheDiscountedReturnMinusTheValue() => ForAll(random =>
    {
        var (rewards, values, gamma) = (Doubles(random, 12), Floats(random, 12), 0.5 + 0.5 * random.Uniform());
        var advantages = Gae.Advantages(rewards, values, gamma, lambda: 1);
        for (var t = 0; t < 12; t++)
        {
            var discounted = Enumerable.Range(t, 12 - t).Sum(s => Math.Pow(gamma, s - t) * rewards[s]);
            Assert.Equal(discounted - values[t], advantages[t], 1e-12);
        }
    });

    [Fact]
    public void Gae_LambdaZero_IsTheOneStepError() => ForAll(random =>
    {
        var (rewards, values, gamma) = (Doubles(random, 12), Floats(random, 12), random.Uniform());
        var advantages = Gae.Advantages(rewards, values, gamma, lambda: 0);
        for (var t = 0; t < 12; t++) Assert.Equal(rewards[t] + (t < 11 ? gamma * values[t + 1] : 0) - values[t], advantages[t], 1e-14);
    });

    [Fact]
    public void Gae_ExactCritic_LeavesNoAdvantage() => ForAll(random =>
    {
        var rewards = Array.ConvertAll(Floats(random, 9), reward => (double)MathF.Round(reward * 8)); // sums are exact in float32
        float[] values = [.. Enumerable.Range(0, 9).Select(t => (float)rewards[t..].Sum())];
        Assert.All(Gae.Advantages(rewards, values, 1, 0.95), advantage => Assert.Equal(0, advantage));
    });

    [Theory, InlineData(1), InlineData(0)] // degrees of freedom that the mean takes
    public void Whitening_AnyBatch_HasMeanZeroAndVarianceOne(int lost) => ForAll(random =>
    {
        var convention = lost == 1 ? VarianceConvention.Unbiased : VarianceConvention.Biased;
        var episodes = Episodes(random);
        var whitened = Whitening.Apply(episodes, shiftMean: true, convention).SelectMany(row => row).ToArray();
        Assert.Equal(0, whitened.Average(), 1e-12);
        var spread = episodes.SelectMany(row => row).ToArray();
        var variance = spread.Sum(x => (x - spread.Average()) * (x - spread.Average())) / (spread.Length - lost);
        Assert.Equal(variance / (variance + 1e-8), whitened.Sum(x => x * x) / (whitened.Length - lost), 1e-10); // 1 but for the floor
    });

    [Fact]
    public void Whitening_MeanKept_MovesByTheMean() => ForAll(random =>
    {
        var episodes = Episodes(random);
        var mean = episodes.SelectMany(row => row).Average();
        var (shifted, kept) = (Whitening.Apply(episodes), Whitening.Apply(episodes, shiftMean: false));
        for (var i = 0; i < episodes.Length; i++)
        {
            Assert.Equal(episodes[i].Length, kept[i].Length);
            for (var t = 0; t < kept[i].Length; t++) Assert.Equal(shifted[i][t] + mean, kept[i][t], 1e-12);
        }
    });

    [Fact]
    public void Whitening_OneTokenOrConstantBatch_StaysFinite()
    {
        Assert.Equal([[0.0]], Whitening.Apply([[7]]));
        Assert.Equal([[0.0, 0], [0]], Whitening.Apply([[7, 7], [7]]));
    }

    [Fact]
    public void Kl_AnyLogProbs_K3IsNotNegativeAndHalfTheSquareNearZero() => ForAll(random =>
    {
        // 10⁻¹⁸ … 100
        var (logProb, delta) = (-5 * random.Uniform(), (random.Chance(.5) ? 1 : -1) * Math.Pow(10, -18 + 20 * random.Uniform()));
        var reference = logProb - delta;
        Assert.Equal(logProb - reference, Kl.K1(logProb, reference));
        Assert.True(Kl.K3(logProb, reference) >= 0, $"k3 of {delta} is {Kl.K3(logProb, reference)}");
        Assert.True(Kl.K3(delta, 0) >= 0, $"k3 of {delta} is {Kl.K3(delta, 0)}");
        // they differ by Δ³/6
        if (Math.Abs(delta) is > 1e-6 and < 1e-3) Assert.Equal(1, Kl.K3(delta, 0) / (0.5 * delta * delta), Math.Abs(delta));
    }, cases: 20000);

    [Fact]
    public void KlSum_AnyCompletion_IsTheSumOfItsTokens() => ForAll(random =>
    {
        var (logProbs, reference) = (Floats(random, 7), Floats(random, 7));
        Assert.Equal(logProbs.Zip(reference, (a, b) => (double)a - b).Sum(), Kl.Sum(KlEstimator.K1, logProbs, reference), 1e-12);
        Assert.Equal(logProbs.Zip(reference, (a, b) => Math.Exp((double)b - a) - 1 - ((double)b - a)).Sum(),
            Kl.Sum(KlEstimator.K3, logProbs, reference), 1e-9);
    });

    [Fact]
    public void Aggregate_AnyEnsemble_IsBoundedByItsMembers() => ForAll(random =>
    {
        var (members, lambda) = (Doubles(random, 1 + random.Integer(6)), random.Uniform());
        double Score(RewardAggregation rule, double[] of) => RewardEnsembleScore.Aggregate(rule, of, lambda);
        var mean = Score(RewardAggregation.Mean, members);
        Assert.InRange(mean, members.Min() - 1e-12, members.Max() + 1e-12);
        Assert.Equal(members.Min(), Score(RewardAggregation.WorstCase, members));
        Assert.Equal(members[0], Score(RewardAggregation.Single, members));
        Assert.Equal(mean - lambda * members.Average(x => (x - mean) * (x - mean)),
            Score(RewardAggregation.UncertaintyWeighted, members), 1e-12);
        Assert.True(Score(RewardAggregation.UncertaintyWeighted, members) <= mean);
        // Only the first of Single depends on the order; a shift of all members shifts the score.
        double[] shifted = [.. members.Select(x => x + 3)];
        foreach (var rule in Enum.GetValues<RewardAggregation>()) Assert.Equal(Score(rule, members) + 3, Score(rule, shifted), 1e-12);
    });

    [Fact]
    public void AdaptiveKl_AnyStep_MovesTowardsTheTargetByAFifthOfTheHorizonAtMost() => ForAll(random =>
    {
        var (coefficient, kl, target) = (random.Uniform(), 20 * random.Uniform(), 1 + 10 * random.Uniform());
        var next = AdaptiveKl.Next(coefficient, kl, target, episodes: 100, horizon: 1000);
        Assert.Equal(Math.Sign(kl - target), Math.Sign(next - coefficient));
        Assert.InRange(next / coefficient, 0.98 - 1e-12, 1.02 + 1e-12);
    });

    [Fact]
    public void AdaptiveKl_AnyEpisodesAndHorizon_StaysAboveZeroAndFiniteAndIsTheFormulaWhereThatDoes() => ForAll(random =>
    {
        var (coefficient, target, horizon) = (1000 * random.Uniform(), 1e-3 + 10 * random.Uniform(), 1 + (int)(1000 * random.Uniform()));
        for (var step = 0; step < 200; step++)
        {
            var (kl, episodes) = (20 * random.Uniform() - 5, 1 + (int)(10.0 * horizon * random.Uniform()));
            var (before, formula) = (coefficient, 1 + Math.Clamp(kl / target - 1, -0.2, 0.2) * episodes / horizon);

            coefficient = AdaptiveKl.Next(before, kl, target, episodes, horizon);

            Assert.InRange(coefficient, double.Epsilon, double.MaxValue);
            Assert.False(kl < target && coefficient > before || kl > target && coefficient < before);
            if (formula >= 0.01) Assert.Equal(before * formula, coefficient);
        }
    });

    [Fact]
    public void AdaptiveKl_AlwaysBelowOrAlwaysAboveTheTarget_NeverReachesAnEndItCannotLeave()
    {
        var (low, high) = (0.005, 0.005);
        for (var step = 0; step < 5000; step++) (low, high) = (AdaptiveKl.Next(low, 0, 6, 64, 10), AdaptiveKl.Next(high, 100, 6, 64, 10));

        Assert.InRange(low, double.Epsilon, 1e-200);
        Assert.InRange(high, 1e200, double.MaxValue);
        Assert.True(AdaptiveKl.Next(low, 100, 6, 64, 10_000) > low);
        Assert.True(AdaptiveKl.Next(high, 0, 6, 64, 10_000) < high);
    }

    [Fact]
    public void PpoLosses_InsideTheClip_AreNeverCalledClipped() => ForAll(random =>
    {
        var (old, advantage, target) = ((float)random.Normal(), (float)random.Normal(), (float)random.Normal());
        var next = old + (float)(0.18 * (2 * random.Uniform() - 1)); // |ratio − 1| < .2
        var policy = PpoLoss.Policy(next, old, advantage, clip: 0.2);
        Assert.False(policy.Clipped);
        Assert.Equal(-advantage * Math.Exp((double)next - old), policy.Derivative, 1e-12);
        var value = PpoLoss.Value(next, old, target, clip: 0.2);
        Assert.False(value.Clipped);
        Assert.Equal((double)next - target, value.Derivative, 1e-12);
    }, cases: 5000);

    [Fact]
    public void PpoLosses_Anywhere_AreAtLeastTheUnclippedOnes() => ForAll(random =>
    {
        var (old, next, advantage, target) = (random.Normal(), random.Normal(), random.Normal(), random.Normal());
        var policy = PpoLoss.Policy(next, old, advantage, clip: 0.2);
        Assert.True(policy.Loss >= -advantage * PortableMath.Exp(next - old));
        Assert.Equal(policy.Clipped, policy.Derivative == 0);
        var value = PpoLoss.Value(next, old, target, clip: 0.2);
        Assert.True(value.Loss >= 0.5 * (next - target) * (next - target));
        Assert.Equal(value.Clipped, value.Derivative == 0);
    }, cases: 5000);

    [Fact]
    public void LossWeights_AnyBatch_MakeAConstantLossItself() => ForAll(random =>
    {
        var lengths = Enumerable.Range(0, 1 + random.Integer(8)).Select(_ => 1 + random.Integer(12)).ToArray();
        double Total(LossAggregation rule) =>
            lengths.Sum(length => length * LossWeights.PerToken(rule, length, lengths.Length, lengths.Sum(), maxLength: 12));
        Assert.Equal(1, Total(LossAggregation.TokenMean), 1e-12);
        Assert.Equal(1, Total(LossAggregation.SeqMeanTokenMean), 1e-12);
        Assert.Equal(lengths.Average(), Total(LossAggregation.SeqMeanTokenSum), 1e-12);
        Assert.Equal(lengths.Average() / 12, Total(LossAggregation.DrGrpo), 1e-12);
    });

    [Fact]
    public void EpisodeAdvantages_AnyBatch_KeepTheirIdentities() => ForAll(random =>
    {
        Episode[] episodes = [.. Enumerable.Range(0, 2 + random.Integer(5)).Select(_ => 1 + random.Integer(6))
            .Select(length =>
                new Episode(random.Normal(), random.Chance(.7), Floats(random, length), Floats(random, length), Floats(random, length)))];
        var options = new RewardOptions
        {
            KlCoefficient = random.Uniform(),
            MissingEosPenalty = 2,
            RewardClip = random.Pick([0, 0.5]),
            Lambda = random.Uniform(),
            Gamma = random.Uniform(),
        };
        var numbers = EpisodeAdvantages.Compute(episodes, options);
        for (var i = 0; i < episodes.Length; i++)
        {
            var episode = episodes[i];
            var clipped = options.RewardClip > 0 ? Math.Clamp(episode.Score, -0.5, 0.5) : episode.Score;
            Assert.Equal(episode.EndedWithEos ? clipped : clipped - 2, numbers.Scores[i]);
            // The rewards of an episode are its score less β times its sequence KL.
            Assert.Equal(numbers.Scores[i] - options.KlCoefficient * Kl.Sum(KlEstimator.K1, episode.LogProbs, episode.RefLogProbs),
                numbers.Rewards[i].Sum(), 1e-12);
            for (var t = 0; t < episode.Values.Length; t++)
                Assert.Equal(numbers.AdvantagesRaw[i][t] + episode.Values[t], numbers.Returns[i][t]);
        }
        Assert.Equal(Whitening.Apply(numbers.AdvantagesRaw), numbers.Advantages);
    });

    static void ForAll(Action<PhiloxStream> property, int cases = Cases)
    {
        for (var i = 0; i < cases; i++) property(Purpose.Bootstrap.Draws(1, 0, (uint)i));
    }

    static double[] Doubles(PhiloxStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Normal())];

    static float[] Floats(PhiloxStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.Normal())];

    static double[][] Episodes(PhiloxStream random)
    {
        var scale = Math.Pow(10, -2 + 4 * random.Uniform());
        return [.. Enumerable.Range(0, 2 + random.Integer(6))
            .Select(_ => Doubles(random, 1 + random.Integer(9)).Select(x => scale * (x + 1)).ToArray())];
    }
}
