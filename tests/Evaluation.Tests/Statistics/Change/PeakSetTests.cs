using ActorRlhf.Evaluation.Statistics.Change;

namespace ActorRlhf.Evaluation.Tests.Statistics.Change;

public class PeakSetTests
{
    [Fact]
    public void Of_FiveSteps_IsTheReference()
    {
        var set = PeakSet.Of(Curves.FiveSteps);
        Assert.Equal([1, 2], set.Steps);
        Assert.Equal(8, set.Prompts);
    }

    [Fact]
    public void Of_EqualSteps_KeepsAll() => Assert.Equal([0, 1, 2], PeakSet.Of([[.1, .9], [.1, .9], [.1, .9]]).Steps);

    [Fact]
    public void Of_AStepBetterOnEveryPromptAlike_KeepsItAlone() =>
        Assert.Equal([1], PeakSet.Of([[.1, .3, .5], [.2, .4, .6], [.1, .3, .5]]).Steps);

    [Fact]
    public void Of_OneStepOrOnePrompt_KeepsAll()
    {
        Assert.Equal([0], PeakSet.Of([[.1, .9]]).Steps);
        Assert.Equal([0, 1], PeakSet.Of([[.1], [.9]]).Steps);
    }

    [Fact]
    public void Of_PromptsInAnotherOrder_IsTheSame()
    {
        var order = Some.Draws().Permutation(8);
        Assert.Equal([1, 2], PeakSet.Of([.. Curves.FiveSteps.Select(step => order.Select(i => step[i]).ToArray())]).Steps);
    }

    [Fact]
    public void Of_ScoresThatDoNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => PeakSet.Of([]));
        Assert.Throws<ArgumentException>(() => PeakSet.Of([[]]));
        Assert.Throws<ArgumentException>(() => PeakSet.Of([[1, 2], [1]]));
        Assert.Throws<ArgumentException>(() => PeakSet.Of([[1, double.NaN]]));
    }

    [Fact]
    public void Of_DrawnRuns_HoldsTheBestStep() => AssertCoverage(prompts: 240, runs: 150);

    [Theory, Trait("Category", "Nightly")]
    [InlineData(240)]
    [InlineData(960)]
    public void Of_ManyDrawnRuns_HoldsTheBestStep(int prompts) => AssertCoverage(prompts, runs: 2000);

    /// <summary>The set holds the best step in at least 95%; the step with the best mean alone must not, or this could not fail.</summary>
    static void AssertCoverage(int prompts, int runs)
    {
        const int best = 8;
        var (held, guessed, steps) = (0, 0, 0);
        for (uint run = 0; run < runs; run++)
        {
            var scores = Curves.Draw(Curves.SmoothPeak, prompts, run);
            var set = PeakSet.Of(scores);
            held += set.Steps.Contains(best) ? 1 : 0;
            guessed += Enumerable.Range(0, scores.Length).MaxBy(step => scores[step].Sum()) == best ? 1 : 0;
            steps += set.Steps.Count;
        }
        Assert.True(held >= .95 * runs - 3 * Math.Sqrt(.95 * .05 * runs), $"The set holds the best step in {held} of {runs}.");
        Assert.True(guessed < .7 * runs, $"The best mean is the best step in {guessed} of {runs}.");
        Assert.InRange(steps / (double)runs, 1, 14); // of 21: the set says something
    }
}
