using ActorRlhf.Evaluation.Statistics.Comparisons;

namespace ActorRlhf.Evaluation.Tests.Statistics.Comparisons;

public class HolmTests
{
    [Fact]
    public void Adjust_ReferenceValues_AreReproduced()
    {
        // 4·.001; 3·.03; 2·.04 = .08, raised to .09; .2.
        double[] expected = [.004, .09, .09, .2], adjusted = Holm.Adjust([.001, .04, .03, .2]);
        for (var i = 0; i < 4; i++) Assert.Equal(expected[i], adjusted[i], 1e-15);
    }

    [Fact]
    public void Adjust_LargeP_StaysAtOne() => Assert.Equal([1, 1, 1], Holm.Adjust([.5, .9, .6]));

    [Fact]
    public void Adjust_OneOrNone_IsUnchanged()
    {
        Assert.Equal([.03], Holm.Adjust([.03]));
        Assert.Empty(Holm.Adjust([]));
    }

    [Theory]
    [InlineData(-.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Adjust_NoProbability_Throws(double p) => Assert.Throws<ArgumentException>(() => Holm.Adjust([.5, p]));
}
