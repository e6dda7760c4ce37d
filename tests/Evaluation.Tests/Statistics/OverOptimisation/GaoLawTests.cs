using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Evaluation.Statistics.OverOptimisation;

namespace ActorRlhf.Evaluation.Tests.Statistics.OverOptimisation;

public class GaoLawTests
{
    static readonly double[] Distances = [.4, .8, 1.2, 1.8, 2.4, 3, 3.6, 4.2];
    static readonly double[] Gains = [.12, .2, .27, .3, .27, .19, .06, -.06];

    [Theory]
    [InlineData(GaoForm.Reinforcement, .2135446068, .1361968926, .6912153061, 1.7645770068, 1.3365724964, 2.7052208401)]
    [InlineData(GaoForm.BestOfN, .3217078455, .0835506788, .9502483705, 1.9252258031, 1.8466754970, 2.0143651652)]
    public void Of_EightPoints_IsTheReference(
        GaoForm form, double alpha, double beta, double rSquared, double peak, double low, double high)
    {
        var law = GaoLaw.Of(form, Distances, Gains)!;
        Assert.Equal(alpha, law.Alpha, 1e-9);
        Assert.Equal(beta, law.Beta, 1e-9);
        Assert.Equal(rSquared, law.RSquared!.Value, 1e-9);
        Assert.Equal(peak, law.Peak!.Value, 1e-9);
        Assert.Equal(low, law.Peak.Low!.Value, 1e-9);
        // The reference took t = 2.44691184879 where it is 2.44691185114 (six degrees, .975), which moves the RL law's end by 1.4e-9.
        Assert.Equal(high, law.Peak.High!.Value, 2e-9);
        Assert.Equal((8, "fieller"), (law.Peak.N, law.Peak.Method));
    }

    // Gao's own example, α 1 and β .2: best-of-n peaks at 2.5 with 1.25, reinforcement at e⁴ with .2·e⁴ = 10.9196.
    [Theory]
    [InlineData(GaoForm.BestOfN, 2.5, 1.25)]
    [InlineData(GaoForm.Reinforcement, 54.598150033, 10.9196300066)]
    public void Of_PointsOnTheLaw_FindsItExactly(GaoForm form, double peak, double value)
    {
        double[] distances = [1, 2, 4, 8];
        var law = GaoLaw.Of(form, distances,
            [.. distances.Select(d => d * (1 - .2 * (form == GaoForm.BestOfN ? d : Math.Log(d))))])!;
        Assert.Equal(1, law.RSquared!.Value, 1e-12);
        Assert.Equal(peak, law.Peak!.Value, 1e-8);
        Assert.Equal(peak, law.Peak.Low!.Value, 1e-6);
        Assert.Equal(peak, law.Peak.High!.Value, 1e-6);
        Assert.Equal(value, law.At(law.Peak.Value), 1e-8);
    }

    [Fact]
    public void At_TheReference_GainsNothing() => Assert.Equal(0, GaoLaw.Of(GaoForm.Reinforcement, Distances, Gains)!.At(0));

    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 4 })]           // R/d constant: β is 0
    [InlineData(new[] { 1.0, 2.2, 3.6, 5.1 })]     // R/d rises: a trough is no peak
    [InlineData(new[] { 1.0, 1.2, 4.5, 2.5 })]     // falls, but not beyond its error
    public void Peak_FallNotEstablished_IsNotYet(double[] gains)
    {
        var law = GaoLaw.Of(GaoForm.BestOfN, [1, 2, 3, 4], gains)!;
        Assert.Null(law.Peak);
        Assert.Null(law.PastPeak(3));
    }

    [Fact]
    public void Peak_OfAGainThatOnlyFalls_IsAtTheReference()
    {
        // R = d(−.1 − .2d), nearly.
        var peak = GaoLaw.Of(GaoForm.BestOfN, [1, 2, 3, 4], [-.3, -1.001, -2.1, -3.6])!.Peak!;
        Assert.Equal((0, 0.0, 0.0), (peak.Value, peak.Low, peak.High));
    }

    [Fact]
    public void PastPeak_OfADivergence_IsInNatsWithBothEnds()
    {
        var past = GaoLaw.Of(GaoForm.BestOfN, Distances, Gains)!.PastPeak(4.2 * 4.2)!;
        Assert.Equal(17.64 - 1.9252258031 * 1.9252258031, past.Value, 1e-8);
        Assert.Equal(17.64 - 2.0143651652 * 2.0143651652, past.Low!.Value, 1e-8);
        Assert.Equal(17.64 - 1.8466754970 * 1.8466754970, past.High!.Value, 1e-8);
    }

    [Theory]
    [InlineData(new[] { 1.0, 2 }, new[] { 1.0, 2 })]
    [InlineData(new[] { 2.0, 2, 2 }, new[] { 1.0, 2, 3 })]
    public void Of_TooFewPoints_IsNull(double[] distances, double[] gains) => Assert.Null(GaoLaw.Of(GaoForm.BestOfN, distances, gains));

    [Fact]
    public void RSquared_OfEqualGains_IsNull() => Assert.Null(GaoLaw.Of(GaoForm.BestOfN, [1, 2, 3], [1, 1, 1])!.RSquared);

    [Theory]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { 1.0, 2 })]
    [InlineData(new[] { 0.0, 2, 3 }, new[] { 1.0, 2, 3 })]
    [InlineData(new[] { double.NaN, 2, 3 }, new[] { 1.0, 2, 3 })]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { 1.0, double.PositiveInfinity, 3 })]
    public void Of_PointsThatDoNotFit_Throws(double[] distances, double[] gains) =>
        Assert.Throws<ArgumentException>(() => GaoLaw.Of(GaoForm.BestOfN, distances, gains));

    [Fact]
    public void PastPeak_NegativeDivergence_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GaoLaw.Of(GaoForm.BestOfN, Distances, Gains)!.PastPeak(-1));

    [Theory]
    [InlineData(GaoForm.BestOfN)]
    [InlineData(GaoForm.Reinforcement)]
    public void Peak_OfNoisyPoints_CoversTheTruth(GaoForm form) => AssertCoverage(form, runs: 1000);

    [Theory, Trait("Category", "Nightly")]
    [InlineData(GaoForm.BestOfN)]
    [InlineData(GaoForm.Reinforcement)]
    public void Peak_OfManyNoisyPoints_CoversTheTruth(GaoForm form) => AssertCoverage(form, runs: 40_000);

    /// <summary>
    /// Fieller's interval is exact where the noise of R/d is normal and the fall is plain. With more noise "no peak yet" is no claim, and
    /// the claims hold at least as often. Half the interval must not, or this could not fail.
    /// </summary>
    static void AssertCoverage(GaoForm form, int runs)
    {
        var error = 4 * Math.Sqrt(.95 * .05 / runs);
        var plain = Coverage(form, noise: .015, runs);
        Assert.Equal(0, plain.NotYet);
        Assert.Equal(.95, plain.Covered / (double)runs, error);
        Assert.True(plain.HalfCovered < .8 * runs, $"Half the interval covers {plain.HalfCovered} of {runs}.");

        var noisy = Coverage(form, noise: .06, runs);
        Assert.InRange(noisy.NotYet, 1, runs - 1);
        Assert.True(noisy.Covered + noisy.NotYet >= (.95 - error) * runs, $"{noisy.Covered} of {runs}, {noisy.NotYet} without a peak.");
    }

    static (int Covered, int HalfCovered, int NotYet) Coverage(GaoForm form, double noise, int runs)
    {
        const double alpha = .3, beta = .08;
        var truth = form == GaoForm.BestOfN ? alpha / beta / 2 : Math.Exp(alpha / beta - 1);
        var (covered, halfCovered, notYet) = (0, 0, 0);
        for (uint run = 0; run < runs; run++)
        {
            var draws = new PhiloxStream(seed: 11, purpose: 40, step: (uint)form, run);
            var gains = Distances.Select(d =>
                d * (alpha - beta * (form == GaoForm.BestOfN ? d : Math.Log(d)) + noise * draws.Normal())).ToArray();
            if (GaoLaw.Of(form, Distances, gains)!.Peak is not { } peak) notYet++;
            else
            {
                covered += Holds(peak.Low!.Value, peak.High, truth) ? 1 : 0;
                halfCovered += Holds((peak.Value + peak.Low.Value) / 2, (peak.Value + peak.High) / 2, truth) ? 1 : 0;
            }
        }
        return (covered, halfCovered, notYet);
    }

    static bool Holds(double low, double? high, double truth) => low <= truth && !(truth > high);
}
