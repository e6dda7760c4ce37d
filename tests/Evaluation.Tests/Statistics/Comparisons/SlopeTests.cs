using ActorRlhf.Evaluation.Statistics.Comparisons;
using static ActorRlhf.Evaluation.Tests.Statistics.TwelvePrompts;

namespace ActorRlhf.Evaluation.Tests.Statistics.Comparisons;

public class SlopeTests
{
    static readonly double[] Score = [.. ScoreA.Zip(ScoreB, (a, b) => b - a)], Proxy = [.. ProxyA.Zip(ProxyB, (a, b) => b - a)];

    [Fact]
    public void Of_ReferenceValues_AreReproduced() =>
        AssertIs(Slope.Of(Proxy, Score), -.5011476664, -1.1164622449, .1141669120, 12, "t");

    [Fact]
    public void Of_OffsetsAndOrder_DoNotMatter()
    {
        var slope = Slope.Of(Proxy, Score)!;
        var other = Slope.Of([.. Shuffled(Proxy).Select(x => x + 5)], [.. Shuffled(Score).Select(y => y - 3)])!;
        Assert.Equal(slope.Value, other.Value, 1e-12);
        Assert.Equal(slope.Low!.Value, other.Low!.Value, 1e-12);
    }

    [Fact]
    public void Of_ConstantX_IsUndefined() => Assert.Null(Slope.Of([2, 2, 2], [1, 2, 3]));

    [Theory]
    [InlineData(new double[] { 0, 1 }, new double[] { 1, 3 }, 2)]
    [InlineData(new double[] { 0, .1, .2, .3 }, new[] { .3, .5, .7, .9 }, 2)]
    [InlineData(new double[] { 0, 1, 2 }, new double[] { 4, 4, 4 }, 0)]
    public void Of_LineThroughAllPoints_HasNoInterval(double[] x, double[] y, double expected)
    {
        var slope = Slope.Of(x, y)!;
        Assert.Equal(expected, slope.Value, 1e-14);
        Assert.Equal((null, null, x.Length), (slope.Low, slope.High, slope.N));
    }

    [Theory]
    [InlineData(new double[] { 1 }, new double[] { 1, 2 })]
    [InlineData(new double[] { }, new double[] { })]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 1, 2, double.NaN })]
    public void Of_NumbersThatDoNotFit_Throws(double[] x, double[] y) => Assert.Throws<ArgumentException>(() => Slope.Of(x, y));
}
