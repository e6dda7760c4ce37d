using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Attribution;

namespace ActorRlhf.Evaluation.Tests.Statistics.Attribution;

public class LengthControlledTests
{
    // Twelve prompts at two steps, from the reference values of the ledger's statistics.
    static readonly double[] ProxyA = [.2, -.4, 1.1, -.9, .6, .1, -.3, .8, -1.2, -.5, .9, .4];
    static readonly double[] ProxyB = [1.3, .2, 1.6, -.1, 1.9, .7, .9, 1.4, -.6, .3, 1.2, 1.5];
    static readonly double[] LengthA = [8, 6, 11, 5, 9, 7, 10, 12, 4, 6, 9, 8];
    static readonly double[] LengthB = [14, 9, 15, 8, 19, 11, 16, 13, 6, 12, 17, 18];
    static readonly IReadOnlyList<double> Fives = LengthControlled.Edges(5, 20);

    [Fact]
    public void Of_Bins_HaveMeansCountsAndStandardErrors()
    {
        // Lengths 1, 2 below 5; 5, 9 from 5 to below 10; none from 10.
        var bins = LengthControlled.Of([1, 5, 2, 9], [1, 4, 3, 8], [5, 10]);
        Assert.Equal([(double.NegativeInfinity, 5), (5, 10), (10, double.PositiveInfinity)], bins.Select(bin => (bin.From, bin.To)));
        Assert.Equal([.5, .5, 0], bins.Select(bin => bin.Share));
        Assert.Equal(new Summary(2, 2, 1), bins[0].Values);   // deviations ±1: √(2/1/2) = 1
        Assert.Equal(new Summary(2, 6, 2), bins[1].Values);   // ±2: √(8/1/2) = 2
        Assert.Null(bins[2].Values);
    }

    [Fact]
    public void Attribute_ReferenceValues_AreReproduced()
    {
        var attribution = LengthControlled.Attribute(
            LengthControlled.Of(LengthA, ProxyA, Fives), LengthControlled.Of(LengthB, ProxyB, Fives));
        Assert.Equal(.7916666667, attribution.Total, 5e-11); // printed to ten places
        Assert.Equal(.7767361111, attribution.BetweenLength, 5e-11);
        Assert.Equal(.0149305556, attribution.WithinLength, 5e-11);
    }

    [Fact]
    public void Attribute_LongerOnly_IsAllLength()
    {
        // Short ones are worth 0, long ones 1 in both; the share of long ones goes from 1/4 to 3/4.
        var attribution = Attribute([1, 1, 1, 9], [0, 0, 0, 1], [1, 9, 9, 9], [0, 1, 1, 1]);
        Assert.Equal(new LengthAttribution(.5, .5, 0), attribution);
    }

    [Fact]
    public void Attribute_BetterAtEqualLengths_IsAllWithin() =>
        Assert.Equal(new LengthAttribution(.5, 0, .5), Attribute([1, 9], [0, 1], [1, 9], [.5, 1.5]));

    [Fact]
    public void Attribute_BinEmptyAtOneStep_TakesTheOthersMean()
    {
        // Short: share 1 → 0, mean 2 in both. Long: 0 → 1, mean 5 in both. Between = −2 + 5, within 0.
        Assert.Equal(new LengthAttribution(3, 3, 0), Attribute([1, 1], [1, 3], [9], [5]));
    }

    [Fact]
    public void Attribute_AnyNumbers_PartsSumToTheDifferenceOfMeans()
    {
        var draws = Some.Draws();
        for (var round = 0; round < 50; round++)
        {
            double[] Drawn(int n, double scale) => [.. Enumerable.Range(0, n).Select(_ => draws.Uniform() * scale)];
            var (lengthsA, valuesA, lengthsB, valuesB) = (Drawn(7, 25), Drawn(7, 2), Drawn(11, 30), Drawn(11, 3));
            var attribution = LengthControlled.Attribute(
                LengthControlled.Of(lengthsA, valuesA, Fives), LengthControlled.Of(lengthsB, valuesB, Fives));
            Assert.Equal(valuesB.Average() - valuesA.Average(), attribution.Total, 1e-14); // sums of eleven numbers up to 3
            Assert.Equal(attribution.Total, attribution.BetweenLength + attribution.WithinLength, 1e-14);
        }
    }

    [Fact]
    public void Edges_Width_AreItsMultiples() => Assert.Equal([5.0, 10, 15, 20], LengthControlled.Edges(5, 20));

    [Theory]
    [InlineData(new double[] { 1 }, new double[] { 1, 2 }, new double[] { 5 })]
    [InlineData(new double[] { }, new double[] { }, new double[] { 5 })]
    [InlineData(new double[] { double.NaN }, new double[] { 1 }, new double[] { 5 })]
    [InlineData(new double[] { 1 }, new double[] { double.NaN }, new double[] { 5 })]
    [InlineData(new double[] { 1 }, new double[] { 1 }, new double[] { 5, 5 })]
    public void Of_NumbersThatDoNotFit_Throws(double[] lengths, double[] values, double[] edges) =>
        Assert.Throws<ArgumentException>(() => LengthControlled.Of(lengths, values, edges));

    [Fact]
    public void Attribute_OtherEdges_Throws() => Assert.Throws<ArgumentException>(() =>
        LengthControlled.Attribute(LengthControlled.Of([1], [1], [5]), LengthControlled.Of([1], [1], [6])));

    static LengthAttribution Attribute(double[] lengthsA, double[] valuesA, double[] lengthsB, double[] valuesB) =>
        LengthControlled.Attribute(LengthControlled.Of(lengthsA, valuesA, [5]), LengthControlled.Of(lengthsB, valuesB, [5]));
}
