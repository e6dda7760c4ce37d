using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

public class StudentQuantileTests
{
    // One degree is Cauchy's, tan(π(p − ½)); two degrees have (2p − 1)√(2/(4p(1 − p))). The others by mpmath with 30 digits.
    [Theory]
    [InlineData(1, .975, 12.706204736174694)]
    [InlineData(2, .975, 4.3026527297494638)]
    [InlineData(2, .025, -4.3026527297494638)]
    [InlineData(6, .975, 2.4469118511449693)]
    [InlineData(7, .9875, 2.8412442485882102)]
    [InlineData(11, .975, 2.2009851600916394)]
    [InlineData(239, 1 - .025 / 900, 4.1048394150884561)]
    [InlineData(959, .99999, 4.2863200047150716)]
    [InlineData(30, .5, 0)]
    public void Of_KnownQuantiles_AreThose(double degreesOfFreedom, double probability, double t) =>
        Assert.Equal(t, StudentQuantile.Of(degreesOfFreedom, probability), 1e-11);

    // z + (z³ + z)/4ν + O(ν⁻²)
    [Fact]
    public void Of_ManyDegrees_IsNearlyNormal() =>
        Assert.Equal(1.959963984540054 + (7.529277 + 1.959964) / 4e5, StudentQuantile.Of(1e5, .975), 2e-9);

    [Theory]
    [InlineData(0, .5)]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    [InlineData(3, double.NaN)]
    public void Of_OutsideItsRange_Throws(double degreesOfFreedom, double probability) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentQuantile.Of(degreesOfFreedom, probability));
}
