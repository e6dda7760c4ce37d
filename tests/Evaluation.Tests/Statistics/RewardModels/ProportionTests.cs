using ActorRlhf.Evaluation.Statistics.RewardModels;
using static ActorRlhf.Evaluation.Tests.Statistics.TwelvePrompts;

namespace ActorRlhf.Evaluation.Tests.Statistics.RewardModels;

public class ProportionTests
{
    [Fact]
    public void Of_ReferenceValues_AreReproduced() => AssertIs(Proportion.Of(62, 100), .62, .5220975530, .7090240075, 100, "wilson");

    [Fact]
    public void Difference_ReferenceValues_AreReproduced() =>
        AssertIs(Proportion.Difference(80, 100, 62, 100), .18, .0542387398, .2984265794, 200, "newcombe");

    [Fact]
    public void Difference_Exchanged_IsTheMirror()
    {
        var (there, back) = (Proportion.Difference(80, 100, 31, 50)!, Proportion.Difference(31, 50, 80, 100)!);
        Assert.Equal((there.Value, there.Low, there.High), (-back.Value, -back.High, -back.Low));
    }

    [Theory]
    [InlineData(0, 0, .7934506856227626)] // z²/(1 + z²)
    [InlineData(1, .20654931437723745, 1)]
    public void Of_OneUnit_HasAnIntervalWithinZeroAndOne(int count, double low, double high)
    {
        var share = Proportion.Of(count, 1)!;
        Assert.Equal(low, share.Low!.Value, 1e-12);
        Assert.Equal(high, share.High!.Value, 1e-12);
    }

    [Fact]
    public void Of_NoneOrAll_ReachesZeroOrOneExactly()
    {
        foreach (var n in (int[])[1, 7, 150, 480])
            Assert.Equal((0, false, 1), (Proportion.Of(0, n)!.Low, Proportion.Of(0, n)!.ExcludesZero, Proportion.Of(n, n)!.High));
    }

    [Fact]
    public void Of_NoUnits_IsUndefined()
    {
        Assert.Null(Proportion.Of(0, 0));
        Assert.Null(Proportion.Difference(1, 2, 0, 0));
    }

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(6, 5)]
    [InlineData(0, -1)]
    public void Of_NoPart_Throws(int count, int n) => Assert.Throws<ArgumentException>(() => Proportion.Of(count, n));
}
