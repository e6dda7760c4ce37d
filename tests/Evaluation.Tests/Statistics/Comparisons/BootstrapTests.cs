using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Comparisons;
using static ActorRlhf.Evaluation.Tests.Statistics.TwelvePrompts;

namespace ActorRlhf.Evaluation.Tests.Statistics.Comparisons;

public class BootstrapTests
{
    static readonly double[] Changes = [.. ScoreA.Zip(ScoreB, (a, b) => b - a)];

    [Fact]
    public void Indices_ReferenceValues_AreReproduced()
    {
        Assert.Equal([3, 3, 3, 1, 10, 0, 11, 1, 2, 4, 9, 7], Bootstrap.Indices(seed: 7, resample: 0, 12));
        Assert.Equal([9, 11, 11, 6, 2, 5, 2, 11, 5, 6, 2, 5], Bootstrap.Indices(seed: 7, resample: 1, 12));
    }

    [Fact]
    public void Of_ReferenceValues_AreReproduced() => AssertIs(
        Bootstrap.Of(12, 7, prompts => prompts.Average(i => Changes[i]), 200),
        -.2083333333, -.3755208333, -.0619791667, 12, "bootstrap-percentile");

    [Fact]
    public void Of_UndefinedForThePrompts_IsNull() => Assert.Null(Bootstrap.Of(12, 7, _ => null, 10));

    [Theory]
    [InlineData(4, true)]  // 2% of 200
    [InlineData(6, false)] // 3%
    public void Of_UndefinedForSomeResamples_HasAnIntervalWhileTheyAreFew(int undefined, bool hasInterval)
    {
        var calls = 0;
        var measured = Bootstrap.Of(12, 7, prompts => ++calls <= 1 + undefined && calls > 1 ? null : prompts.Average(i => Changes[i]), 200);
        Assert.Equal((hasInterval, hasInterval), (measured!.Low is not null, measured.High is not null));
    }

    [Fact]
    public void Of_OnePromptOrNoSpread_HasNoInterval()
    {
        Assert.Equal(new Measured(3, null, null, 1, "bootstrap-percentile"), Bootstrap.Of(1, 7, _ => 3, 10));
        Assert.Equal(new Measured(3, null, null, 5, "bootstrap-percentile"), Bootstrap.Of(5, 7, _ => 3, 10));
    }

    [Fact]
    public void Of_NoPromptsOrResamples_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.Of(0, 7, _ => 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.Of(2, 7, _ => 1, 0));
    }

    [Fact]
    public void Of_StatisticNotFinite_Throws() => Assert.Throws<ArgumentException>(() => Bootstrap.Of(2, 7, _ => double.NaN, 10));
}
