using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

public class LinearFitTests
{
    [Fact]
    public void Constructor_FourPoints_GivesLineAndCovariance()
    {
        // Sxx = 5, Sxy = 9.5; residuals .1, .2, −.7, .4, so noise .7/2 = .35; means 2.5 and 4.75.
        var line = new LinearFit([1, 2, 3, 4], [2, 4, 5, 8]);
        Assert.Equal(1.9, line.Slope, 1e-12);
        Assert.Equal(0, line.Intercept, 1e-12);
        Assert.Equal(.35 / 5, line.SlopeVariance, 1e-12);
        Assert.Equal(.35 * (.25 + 6.25 / 5), line.InterceptVariance, 1e-12);
        Assert.Equal(-2.5 * .07, line.Covariance, 1e-12);
    }

    [Fact]
    public void Interval_TwoDegreesOfFreedom_UsesStudentsT()
    {
        var (value, low, high) = new LinearFit([1, 2, 3, 4], [2, 4, 5, 8]).Interval(1.9, .07);
        Assert.Equal(1.9, value);
        Assert.Equal(1.9 - 4.302653 * Math.Sqrt(.07), low, 1e-6);
        Assert.Equal(1.9 + 4.302653 * Math.Sqrt(.07), high, 1e-6);
    }

    [Theory]
    [InlineData(new double[] { 1, 2 }, new double[] { 1, 2 })]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 1, 2 })]
    [InlineData(new double[] { 2, 2, 2 }, new double[] { 1, 2, 3 })]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 1, double.NaN, 3 })]
    public void Constructor_NoLineToFit_Throws(double[] x, double[] y) => Assert.Throws<ArgumentException>(() => new LinearFit(x, y));
}
