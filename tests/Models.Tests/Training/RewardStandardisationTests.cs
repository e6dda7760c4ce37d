using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Training;

public sealed class RewardStandardisationTests
{
    [Theory, InlineData(1, 0), InlineData(0.01, 5), InlineData(100, -3)]
    public void Apply_AnyScores_HaveMeanZeroAndDeviationOne(double scale, double shift)
    {
        using var workers = new ComputeWorkers(2);
        using var scorer = new CpuScorer(workers);
        var weights = Some.Weights(Some.OddShape, HeadKind.Scalar);
        foreach (ref var element in weights[ModelLayout.ScoreWeight]) element *= (float)scale;
        weights[ModelLayout.ScoreBias][0] = (float)shift;
        var samples = Example.Sequences(300);
        float[] Scores()
        {
            scorer.Load(weights);
            return scorer.Scores(samples);
        }
        var before = Scores();

        var (mean, deviation) = RewardStandardisation.Apply(weights, before);

        Assert.Equal(before.Average(score => (double)score), mean, 1e-9 * Math.Abs(mean));
        var after = Scores();
        // Rounding of float32 numbers of size 3, and of the bias before: shift / (10⁻² · deviation) is up to 500.
        var tolerance = 2e-6 * (1 + Math.Abs(shift) / deviation);
        for (var i = 0; i < after.Length; i++) Assert.Equal((before[i] - mean) / deviation, after[i], tolerance);
        Assert.Equal(0, after.Average(score => (double)score), tolerance);
        var rest = after.Average(score => (double)score);
        Assert.Equal(1, Math.Sqrt(after.Sum(score => (score - rest) * (score - rest)) / (after.Length - 1)), tolerance);
    }

    [Fact]
    public void Apply_TwoScores_GiveTheirMeanAndUnbiasedDeviation()
    {
        var weights = new ModelWeights(Some.OddShape, HeadKind.Scalar);
        weights[ModelLayout.ScoreWeight].Fill(3);
        weights[ModelLayout.ScoreBias][0] = 1;
        Assert.Equal((3, Math.Sqrt(8)), RewardStandardisation.Apply(weights, [1, 5])); // ((1 − 3)² + (5 − 3)²) / 1 = 8
        Assert.Equal((float)(-2 / Math.Sqrt(8)), weights[ModelLayout.ScoreBias][0]);
        Assert.All(weights[ModelLayout.ScoreWeight].ToArray(), element => Assert.Equal((float)(3 / Math.Sqrt(8)), element));
    }

    [Theory]
    [InlineData(new[] { 2f, 2f, 2f }), InlineData(new[] { 2f }), InlineData(new float[0]), InlineData(new[] { 1f, float.NaN })]
    [InlineData(new[] { 1f, float.PositiveInfinity })]
    public void Apply_ScoresThatCannotBeStandardised_ThrowsAndChangesNothing(float[] scores)
    {
        var weights = Some.Weights(Some.OddShape, HeadKind.Scalar);
        Assert.Throws<InvalidOperationException>(() => RewardStandardisation.Apply(weights, scores));
        Assert.Equal(Some.Weights(Some.OddShape, HeadKind.Scalar).Data, weights.Data);
    }
}
