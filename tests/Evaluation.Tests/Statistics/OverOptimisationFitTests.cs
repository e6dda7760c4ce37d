using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

public class OverOptimisationFitTests
{
    static readonly double[] Distances = [.5, 1, 2, 4, 8, 16];

    [Theory] // α = 1, β = .2: peaks at 2.5 with 1.25, and at e⁴ with 10.9196.
    [InlineData(OverOptimisationLaw.BestOfN, 2.5, 1.25)]
    [InlineData(OverOptimisationLaw.Rl, 54.598150033, 10.919630007)]
    public void Of_PointsOnTheLaw_RecoversCoefficientsAndPeak(OverOptimisationLaw law, double peak, double gain)
    {
        var fit = OverOptimisationFit.Of(law, Distances,
            [.. Distances.Select(d => d * (1 - .2 * (law == OverOptimisationLaw.Rl ? Math.Log(d) : d)))]);
        Assert.Equal(1, fit.Alpha.Value, 1e-12);
        Assert.Equal(.2, fit.Beta.Value, 1e-12);
        Assert.Equal(peak, fit.PeakDistance!.Value.Value, 1e-8);
        Assert.Equal(gain, fit.GainAt(fit.PeakDistance.Value.Value), 1e-8);
        Assert.Equal(6, fit.Count);
    }

    [Fact]
    public void Of_NoisyBestOfN_GivesIntervalsOfCoefficientsAndPeak()
    {
        // R/d = 8, 5, 4, 2 at d = 1 … 4: α 9.5, β 1.9, noise .35, var α .525, var β .07, cov(α, β) .175, t(2) 4.302653.
        var fit = OverOptimisationFit.Of(OverOptimisationLaw.BestOfN, [1, 2, 3, 4], [8, 10, 12, 8]);
        AssertInterval(fit.Alpha, 9.5, 4.302653 * Math.Sqrt(.525));
        AssertInterval(fit.Beta, 1.9, 4.302653 * Math.Sqrt(.07));
        // Delta method: var(α/β) = (.525 − 2·5·.175 + 25·.07)/1.9² = .525/3.61; the peak is half the ratio.
        AssertInterval(fit.PeakDistance!.Value, 2.5, 4.302653 * Math.Sqrt(.525 / 3.61) / 2);
    }

    [Fact]
    public void Of_GainThatNeverTurns_HasNoPeak()
    {
        // R/d grows with d, so β is negative.
        var fit = OverOptimisationFit.Of(OverOptimisationLaw.BestOfN, [1, 2, 3, 4], [1, 4, 9, 16]);
        Assert.Equal(-1, fit.Beta.Value, 1e-12);
        Assert.Null(fit.PeakDistance);
    }

    [Fact]
    public void Of_LossFromTheStart_HasNoBestOfNPeak() =>
        Assert.Null(OverOptimisationFit.Of(OverOptimisationLaw.BestOfN, [1, 2, 3], [-2, -6, -12]).PeakDistance);

    [Fact]
    public void Of_DistanceZero_Throws() =>
        Assert.Throws<ArgumentException>(() => OverOptimisationFit.Of(OverOptimisationLaw.Rl, [0, 1, 2], [0, 1, 1]));

    [Fact]
    public void Of_MoreGainsThanDistances_Throws() =>
        Assert.Throws<ArgumentException>(() => OverOptimisationFit.Of(OverOptimisationLaw.Rl, [1, 2, 3], [0, 1, 1, 1]));

    static void AssertInterval(Estimate estimate, double value, double half)
    {
        Assert.Equal(value, estimate.Value, 1e-9);
        Assert.Equal(value - half, estimate.Low, 1e-5); // t is given to seven digits
        Assert.Equal(value + half, estimate.High, 1e-5);
    }
}
