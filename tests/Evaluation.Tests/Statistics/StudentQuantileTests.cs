using ActorRlhf.Evaluation.Statistics;
using MathNet.Numerics.Distributions;

namespace ActorRlhf.Evaluation.Tests.Statistics;

public class StudentQuantileTests
{
    [Theory]
    [InlineData(.6)]
    [InlineData(.975)]
    [InlineData(.999999)]
    public void Of_OneTwoOrFourDegrees_IsTheClosedForm(double p)
    {
        var u = 4 * p * (1 - p);
        Assert.Equal(1 / Math.Tan(Math.PI * (1 - p)), StudentQuantile.Of(1, p), 1e-10 / (1 - p)); // about 1/(1 − p) itself
        Assert.Equal((2 * p - 1) * Math.Sqrt(2 / u), StudentQuantile.Of(2, p), 1e-9);
        Assert.Equal(2 * Math.Sqrt(Math.Cos(Math.Acos(Math.Sqrt(u)) / 3) / Math.Sqrt(u) - 1), StudentQuantile.Of(4, p), 1e-9);
    }

    [Theory]
    [InlineData(5, .975, 2.5705818356363)]
    [InlineData(7, .9875, 2.8412442485882)]
    [InlineData(10, .975, 2.2281388519863)]
    [InlineData(11, .975, 2.2009851600916)]
    public void Of_MoreDegrees_IsTheRootOfTheFiniteSum(double freedom, double p, double expected) =>
        // By bisection of the finite trigonometric sums of Abramowitz and Stegun 26.7.3 and 26.7.4.
        Assert.Equal(expected, StudentQuantile.Of(freedom, p), 1e-12);

    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(79)]
    [InlineData(479)]
    [InlineData(1000)]
    public void Of_Freedom_InvertsTheDistribution(double freedom)
    {
        foreach (var p in (double[])[.51, .7, .95, .975, .999, .99999])
            Assert.Equal(1 - p, StudentT.CDF(0, 1, freedom, -StudentQuantile.Of(freedom, p)), 1e-12);
    }

    [Fact]
    public void Of_MuchFreedom_GoesOnWithoutAStepToTheNormal()
    {
        // The quantile falls by (z³ + z)/4ν² = 2.4e-6 of a degree of freedom there.
        Assert.Equal(StudentQuantile.Of(1000, .975), StudentQuantile.Of(1000.00001, .975), 1e-10);
        Assert.Equal(NormalQuantile.At975 + 2.3722712e-6, StudentQuantile.At975(1e6), 1e-11); // (z³ + z)/4 = 2.3722712
        Assert.Equal(NormalQuantile.At975, StudentQuantile.At975(1e15), 1e-14);
    }

    [Fact]
    public void Of_LowerHalf_MirrorsTheUpper()
    {
        Assert.Equal(-StudentQuantile.Of(5, .975), StudentQuantile.Of(5, .025), 1e-12);
        Assert.Equal(0, StudentQuantile.Of(5, .5));
    }

    [Theory]
    [InlineData(0, .9)]
    [InlineData(5, 0)]
    [InlineData(5, 1)]
    [InlineData(5, double.NaN)]
    public void Of_OutsideTheRange_Throws(double freedom, double p) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentQuantile.Of(freedom, p));
}
