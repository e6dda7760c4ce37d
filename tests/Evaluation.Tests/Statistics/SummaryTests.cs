using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

public class SummaryTests
{
    [Fact]
    public void Of_FourValues_GivesMeanAndStandardError()
    {
        // Squared deviations 2.25 + .25 + .25 + 2.25 = 5; √(5/3 / 4).
        var summary = Summary.Of([1, 2, 3, 4]);
        Assert.Equal((4, 2.5), (summary.Count, summary.Mean));
        Assert.Equal(Math.Sqrt(5.0 / 12), summary.StandardError!.Value, 1e-15);
    }

    [Fact]
    public void Of_OneValue_HasNoStandardError() => Assert.Equal(new Summary(1, 3, null), Summary.Of([3]));

    [Fact]
    public void Of_LargeOffset_KeepsTheSpread() =>
        Assert.Equal(Math.Sqrt(5.0 / 12), Summary.Of([1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4]).StandardError!.Value, 1e-12);

    [Fact]
    public void Of_NoValues_Throws() => Assert.Throws<ArgumentException>(() => Summary.Of([]));

    [Fact]
    public void Of_NotANumber_Throws() => Assert.Throws<ArgumentException>(() => Summary.Of([1, double.NaN]));
}
