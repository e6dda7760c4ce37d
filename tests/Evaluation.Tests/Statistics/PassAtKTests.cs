using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

public class PassAtKTests
{
    [Theory]
    [InlineData(5, 2, 1, .4)]
    [InlineData(5, 2, 2, .7)] // 1 − C(3,2)/C(5,2)
    [InlineData(10, 3, 5, .9166666666667)] // 1 − 21/252
    [InlineData(5, 0, 5, 0)]
    [InlineData(5, 5, 1, 1)]
    [InlineData(5, 4, 2, 1)] // fewer wrong samples than submissions
    [InlineData(2000, 1, 1000, .5)] // binomials far beyond float64
    public void Estimate_KnownCounts_MatchesTheBinomials(int samples, int correct, int k, double expected) =>
        Assert.Equal(expected, PassAtK.Estimate(samples, correct, k), 1e-12);

    [Theory]
    [InlineData(5, 2, 0)]
    [InlineData(5, 2, 6)]
    [InlineData(5, -1, 1)]
    [InlineData(5, 6, 1)]
    public void Estimate_OutsideItsRange_Throws(int samples, int correct, int k) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PassAtK.Estimate(samples, correct, k));
}
