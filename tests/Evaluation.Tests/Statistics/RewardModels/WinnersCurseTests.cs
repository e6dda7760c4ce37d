using ActorRlhf.Evaluation.Statistics.RewardModels;

namespace ActorRlhf.Evaluation.Tests.Statistics.RewardModels;

public class WinnersCurseTests
{
    static readonly double[][,] Prompts =
    [
        new[,] { { .5, .1, .9 }, { 1.2, .8, -.3 }, { -.4, .6, .2 } },
        new[,] { { 0, 1.1, .4 }, { .7, -.2, 1 }, { .3, .2, -.9 } },
    ];

    const double TenPlaces = 5.1e-11; // the values are printed to ten places

    [Fact]
    public void OfStandardised_ReferenceValues_AreReproduced()
    {
        var curse = WinnersCurse.OfStandardised(Prompts, seed: 7, resamples: 100);
        Assert.Equal(.3805555556, curse.InSample, TenPlaces);
        Assert.Equal(-.2611111111, curse.OutOfSample, TenPlaces);
        Assert.Equal(1.6861313869, curse.Share!.Value, TenPlaces);
        Assert.Equal((2, 3, "bootstrap-percentile"), (curse.Share.N, curse.Members, curse.Share.Method));
    }

    [Fact]
    public void Of_MemberInOtherUnits_IsTheSame()
    {
        var scaled = Prompts.Select(prompt =>
        {
            var copy = (double[,])prompt.Clone();
            for (var i = 0; i < 3; i++) copy[i, 1] = 40 * copy[i, 1] - 6;
            return copy;
        }).ToArray();
        var (curse, other) = (WinnersCurse.Of(Prompts, 7, 10), WinnersCurse.Of(scaled, 7, 10));
        Assert.Equal(curse.Share!.Value, other.Share!.Value, 1e-12);
        Assert.Equal(curse.InSample, other.InSample, 1e-12);
    }

    [Fact]
    public void Of_MembersThatAreNoise_LoseAll() => Assert.InRange(OfNoise(share: 1).Share!.Value, .93, 1.07);

    [Fact]
    public void Of_MembersThatAgree_LoseNothing() => Assert.Equal(0, OfNoise(share: 0).Share!.Value, 1e-12);

    [Fact]
    public void Of_MembersThatAreHalfNoise_LoseAPart()
    {
        // The mean of two others holds signal of variance 1 and noise of variance ½: a third of what it shows is noise.
        var share = OfNoise(share: .5).Share!;
        Assert.InRange(share.Value, .28, .39);
        Assert.True(share.Low < 1 / 3.0 && 1 / 3.0 < share.High);
    }

    [Fact]
    public void OfStandardised_EqualCandidates_HasNoShare()
    {
        var curse = WinnersCurse.OfStandardised([new[,] { { .1, .7 }, { .1, .7 }, { .1, .7 } }], 7, 10);
        Assert.Equal((0, null), (curse.InSample, curse.Share));
    }

    [Fact]
    public void OfStandardised_OnePrompt_HasNoInterval() => Assert.Null(WinnersCurse.OfStandardised(Prompts[..1], 7, 10).Share!.Low);

    [Fact]
    public void Of_NumbersThatDoNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => WinnersCurse.Of([], 7));
        Assert.Throws<ArgumentException>(() => WinnersCurse.Of([new double[2, 1]], 7));
        Assert.Throws<ArgumentException>(() => WinnersCurse.Of([new[,] { { 1.0, 2 }, { 2, 3 } }, new[,] { { 1.0, 2, 3 } }], 7));
        Assert.Throws<ArgumentException>(() => WinnersCurse.Of([new double[0, 2]], 7));
        Assert.Throws<ArgumentException>(() => WinnersCurse.Of([new[,] { { 1, double.NaN }, { 2, 3 } }], 7));
        Assert.Throws<ArgumentException>(() => WinnersCurse.Of([new[,] { { 1.0, 2 }, { 1, 3 } }], 7)); // member 0 is constant
    }

    /// <summary>Three members, 600 prompts of 8 candidates: shared signal and own noise of the given share of the variance.</summary>
    static WinnersCurse OfNoise(double share)
    {
        var draws = Some.Draws();
        return WinnersCurse.Of([.. Enumerable.Range(0, 600).Select(_ =>
        {
            var scores = new double[8, 3];
            for (var candidate = 0; candidate < 8; candidate++)
            {
                var signal = draws.Normal() * Math.Sqrt(1 - share);
                for (var member = 0; member < 3; member++) scores[candidate, member] = signal + draws.Normal() * Math.Sqrt(share);
            }
            return scores;
        })], seed: 7, resamples: 400);
    }
}
