using ActorRlhf.Evaluation.Statistics.Comparisons;
using static ActorRlhf.Evaluation.Tests.Statistics.TwelvePrompts;

namespace ActorRlhf.Evaluation.Tests.Statistics.Comparisons;

public class SignTestTests
{
    [Fact]
    public void Of_ReferenceValues_AreReproduced()
    {
        // 2·(1 + 9 + 36)/512.
        var test = SignTest.Of(ScoreA, ScoreB);
        Assert.Equal((7, 2, 3), (test.Worse, test.Better, test.Ties));
        Assert.Equal(.1796875, test.P, 1e-15);
    }

    [Fact]
    public void Of_StepsExchanged_HasTheSameP() => Assert.Equal(SignTest.Of(ScoreA, ScoreB).P, SignTest.Of(ScoreB, ScoreA).P);

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, 5, 1)]     // 2·P(Bin(10, ½) ≤ 5) = 1.25
    [InlineData(0, 1, 1)]
    [InlineData(0, 6, .03125)]
    [InlineData(50, 0, 1.7763568394002505e-15)] // 2⁻⁴⁹
    public void Of_Counts_AreExact(int worse, int better, double p) =>
        Assert.Equal(p, SignTest.Of(worse, better).P, 1e-12 * p);

    [Fact]
    public void Of_NegativeCount_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => SignTest.Of(-1, 2));

    [Fact]
    public void Of_NotANumber_Throws() => Assert.Throws<ArgumentException>(() => SignTest.Of([1, double.NaN], [1, 2]));
}
