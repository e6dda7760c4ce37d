using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Comparisons;

namespace ActorRlhf.Evaluation.Tests.Statistics.Comparisons;

public class StandardisedGapTests
{
    // Standard deviations at step 0: of 0, 2, 4 it is 2; of 0, .5, 1 it is .5.
    static readonly StepScores Start = new([0, 2, 4], [0, .5, 1]);

    [Fact]
    public void Of_ProxyUpAndGoldDown_IsInStandardDeviations()
    {
        // Proxy + 2, 4, 6 are 1, 2, 3; gold − .5, 0, − .5 are −1, 0, −1: gaps 2, 2, 4; mean 8/3, se √(4/3/3) = 2/3, t₂ = 4.3026527297.
        var gap = StandardisedGap.Of(Start, Start, new StepScores([2, 6, 10], [-.5, .5, .5]))!;
        Assert.Equal(8 / 3.0, gap.Value, 1e-14);
        Assert.Equal(2 / 3.0, gap.StandardError!.Value, 1e-14);
        Assert.Equal(8 / 3.0 - 4.3026527297 * 2 / 3, gap.Low!.Value, 1e-10);
        Assert.Equal((3, "t"), (gap.N, gap.Method));
    }

    [Fact]
    public void Of_ProxyInOtherUnits_IsTheSame()
    {
        StepScores after = new([2, 6, 10], [-.5, .5, .5]);
        static StepScores Scaled(StepScores step) => new([.. step.Proxy.Select(p => 100 * p + 7)], step.Gold);
        Assert.Equal(
            StandardisedGap.Of(Start, Start, after)!.High!.Value,
            StandardisedGap.Of(Scaled(Start), Scaled(Start), Scaled(after))!.High!.Value, 1e-10);
    }

    [Fact]
    public void Of_NoSpreadAtTheStart_IsUndefined()
    {
        StepScores flat = new([0, 2, 4], [1, 1, 1]);
        Assert.Null(StandardisedGap.Of(flat, Start, Start));
    }

    [Fact]
    public void Of_OtherPrompts_Throws() =>
        Assert.Throws<ArgumentException>(() => StandardisedGap.Of(Start, Start, new StepScores([1, 2], [1, 2])));

    [Fact]
    public void Of_ProxyAndGoldOfOtherNumber_Throws() =>
        Assert.Throws<ArgumentException>(() => StandardisedGap.Of(Start, Start, new StepScores([1, 2, 3], [1, 2])));
}
