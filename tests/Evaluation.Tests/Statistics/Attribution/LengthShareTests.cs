using ActorRlhf.Evaluation.Statistics.Attribution;
using ActorRlhf.Evaluation.Statistics.Comparisons;
using Xunit.Abstractions;
using static ActorRlhf.Evaluation.Tests.Statistics.TwelvePrompts;

namespace ActorRlhf.Evaluation.Tests.Statistics.Attribution;

public class LengthShareTests(ITestOutputHelper output)
{
    static readonly LengthSeries Before = new(LengthA, ProxyA), After = new(LengthB, ProxyB);

    [Fact]
    public void Of_ReferenceValues_AreReproduced()
    {
        var share = LengthShare.Of(Before, After, seed: 7, resamples: 200);
        Assert.Equal(PairedChange.Of(ProxyA, ProxyB), share.Gain);
        Assert.Equal(.7916666667, share.Parts.Total, 5.1e-11); // printed to ten places
        Assert.Equal(.9811403509, share.Share!.Value, 5.1e-11);
        Assert.True(share.Share.Low < share.Share.Value && share.Share.Value < share.Share.High);
        Assert.Equal((12, "bootstrap-percentile"), (share.Share.N, share.Share.Method));
    }

    [Fact]
    public void Of_OtherOrderOfPrompts_HasTheSameShare() => Assert.Equal(
        LengthShare.Of(Before, After, 7, resamples: 10).Share!.Value,
        LengthShare.Of(new(Shuffled(LengthA), Shuffled(ProxyA)), new(Shuffled(LengthB), Shuffled(ProxyB)), 7, resamples: 10).Share!.Value,
        1e-13);

    [Fact]
    public void Of_GainThatMayBeNone_HasNoShare()
    {
        var share = LengthShare.Of(new([1, 1, 9], [0, 1, 0]), new([9, 9, 9], [1, 0, 1]), 7);
        Assert.Null(share.Share);
        Assert.Equal(1 / 3.0, share.Parts.Total, 1e-15);
    }

    [Fact]
    public void Of_OnePrompt_HasNoShare() => Assert.Null(LengthShare.Of(new([1], [0]), new([9], [1]), 7).Share);

    [Fact]
    public void Of_RewardOfLengthAlone_IsAllLength()
    {
        // Reward 1 for answers of 5 tokens and more, 0 below.
        var draws = Some.Draws();
        double[] before = [.. Enumerable.Range(0, 200).Select(_ => 7 * draws.Uniform())], after = [.. before.Select(length => length + 2)];
        static LengthSeries Paid(double[] lengths) => new(lengths, [.. lengths.Select(length => length >= 5 ? 1.0 : 0)]);
        Assert.Equal(1, LengthShare.Of(Paid(before), Paid(after), 7, resamples: 50).Share!.Value, 1e-12);
    }

    [Fact]
    public void Of_HalfThroughLength_HoldsTheTruth() =>
        Assert.InRange(CoverageOfAHalf(rounds: 150, resamples: 200), .85, 1); // four standard errors of .02 below .93

    [Fact, Trait("Category", "Nightly")]
    public void Of_HalfThroughLengthManyRounds_HoldsTheTruth() =>
        Assert.InRange(CoverageOfAHalf(rounds: 1000, resamples: 1000), .91, .97); // 92.9%: percentiles are a little narrow

    /// <summary>
    /// Long answers go from .3 to .7 and are paid .5 more: .2. All are paid .2 more at the second step: a true share of ½.
    /// </summary>
    double CoverageOfAHalf(int rounds, int resamples)
    {
        var share = Coverage.Of(rounds, .5, draws =>
        {
            LengthSeries Drawn(double longOnes, double more)
            {
                double[] lengths = [.. Enumerable.Range(0, 120).Select(_ => draws.Chance(longOnes) ? 7.0 : 2)];
                return new(lengths, [.. lengths.Select(length => (length > 5 ? .5 : 0) + more + .2 * draws.Normal())]);
            }
            return LengthShare.Of(Drawn(.3, 0), Drawn(.7, .2), seed: (ulong)(1e9 * draws.Uniform()), resamples: resamples).Share;
        });
        output.WriteLine(FormattableString.Invariant($"share of length, n 120: {share:P2} of {rounds}"));
        return share;
    }

    [Fact]
    public void Of_NumbersThatDoNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => LengthShare.Of(new([1, 2], [1]), After, 7));
        Assert.Throws<ArgumentException>(() => LengthShare.Of(new([1, 2], [1, 2]), After, 7));
        Assert.Throws<ArgumentException>(() => LengthShare.Of(new([], []), new([], []), 7));
        Assert.Throws<ArgumentException>(() => LengthShare.Of(new([-1], [1]), new([1], [1]), 7));
        Assert.Throws<ArgumentException>(() => LengthShare.Of(new([1], [double.NaN]), new([1], [1]), 7));
    }
}
