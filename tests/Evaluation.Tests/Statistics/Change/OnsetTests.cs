using ActorRlhf.Evaluation.Statistics.Change;

namespace ActorRlhf.Evaluation.Tests.Statistics.Change;

public class OnsetTests
{
    [Theory]
    [InlineData(.02, 2, 3)]
    [InlineData(.1, 3, 4)]
    public void Of_FiveSteps_IsTheReference(double delta, int first, int proven) =>
        Assert.Equal(new Onset(first, proven, delta, 8), Onset.Of(Curves.FiveSteps, delta));

    [Fact]
    public void Of_AScoreThatOnlyRises_IsNotEstablished() => Assert.Null(Onset.Of(Curves.FiveSteps[..2]));

    [Fact]
    public void Of_AFallOfExactlyTheMargin_IsNotEstablished() =>
        // Every prompt falls by .02 but for rounding, which is no evidence.
        Assert.Null(Onset.Of([[.5, .6, .7], [.48, .58, .68]], delta: .02));

    [Fact]
    public void Of_AFallOnEveryPromptAlike_IsProvenAtOnce() =>
        Assert.Equal(new Onset(1, 1, .02, 3), Onset.Of([[.5, .6, .7], [.4, .5, .6], [.4, .5, .6]]));

    [Fact]
    public void Of_OnePromptOrOneStep_IsNotEstablished()
    {
        Assert.Null(Onset.Of([[.9], [.1]]));
        Assert.Null(Onset.Of([[.9, .8]]));
    }

    [Fact]
    public void Of_ScoresThatDoNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => Onset.Of([[1, 2], [1]]));
        Assert.Throws<ArgumentException>(() => Onset.Of([[1, double.NaN]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Onset.Of([[1, 2]], delta: -.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Onset.Of([[1, 2]], delta: double.NaN));
    }

    [Fact]
    public void Of_DrawnRuns_HoldsTheOnset() => AssertCoverage(prompts: 480, runs: 200);

    [Theory, Trait("Category", "Nightly")]
    [InlineData(240)]
    [InlineData(960)]
    public void Of_ManyDrawnRuns_HoldsTheOnset(int prompts) => AssertCoverage(prompts, runs: 2000);

    [Fact]
    public void Of_RunsThatFallByTheMarginAlone_IsRarelyEstablished()
    {
        const int runs = 200;
        double[] levels = [.6, .6, .6, .58, .58, .58, .58, .58];
        var established = Enumerable.Range(0, runs).Count(run => Onset.Of(Curves.Draw(levels, prompts: 240, (uint)run)) is not null);
        Assert.True(established <= .025 * runs + 3 * Math.Sqrt(.025 * runs), $"Established in {established} of {runs}.");
    }

    /// <summary>Holds the true onset in at least 95%; the proven step alone must not, or this could not fail.</summary>
    static void AssertCoverage(int prompts, int runs)
    {
        const double delta = .02;
        // .7 − .003125(k − 8)²: at step 10 .0125 below the peak, at 11 .028.
        const int onset = 11;
        var (held, exact, established) = (0, 0, 0);
        for (uint run = 0; run < runs; run++)
        {
            var found = Onset.Of(Curves.Draw(Curves.SmoothPeak, prompts, run), delta);
            held += found is null || (found.First <= onset && onset <= found.Proven) ? 1 : 0;
            exact += found?.Proven == onset ? 1 : 0;
            established += found is null ? 0 : 1;
        }
        Assert.True(held >= .95 * runs - 3 * Math.Sqrt(.95 * .05 * runs), $"Holds the onset in {held} of {runs}.");
        Assert.True(exact < .5 * runs, $"The proven step is the onset in {exact} of {runs}.");
        Assert.True(established > .9 * runs, $"A fall of .45 is established in {established} of {runs}.");
    }
}
