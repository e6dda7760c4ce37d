using ActorRlhf.Evaluation.Numerics;
using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Tests.Numerics;

/// <summary>Against the C library, which is right to about one unit in the last place; and bits that every machine must give.</summary>
public sealed class PortableMathTests
{
    /// <summary>Two units in the last place of ours and one of the C library's.</summary>
    const double Relative = 6e-16;
    const int Draws = 20_000;

    [Fact]
    public void Exp_OfNumbersOfEverySize_IsTheLibrarys() => AssertClose(PortableMath.Exp, Math.Exp, x => 700 * x);

    [Fact]
    public void Exp_NearZero_IsTheLibrarys() => AssertClose(PortableMath.Exp, Math.Exp, x => x * x * x);

    [Fact]
    public void Log_OfNumbersOfEverySize_IsTheLibrarys() => AssertClose(PortableMath.Log, Math.Log, x => Math.Exp(700 * x));

    [Fact]
    public void Log_NearOne_IsTheLibrarys() => AssertClose(PortableMath.Log, Math.Log, x => 1 + x * x * x / 3);

    [Fact]
    public void LogP1_NearZero_IsItsSeries() =>
        // The library's is ln(1 + x) as it stands, whose error is that of 1 + x.
        AssertClose(PortableMath.LogP1, x => x * (1 - x / 2 + x * x * (1.0 / 3 - x / 4 + x * x / 5)), x => x / 1000, 3 * Relative);

    [Fact]
    public void ExpM1_NearZero_IsItsSeries() =>
        AssertClose(PortableMath.ExpM1, x => x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5)))), x => x / 1000, 3 * Relative);

    [Fact]
    public void SinCos_WithinAMillionQuarterTurns_IsTheLibrarys()
    {
        var draws = new PhiloxStream(1, 3);
        for (var i = 0; i < Draws; i++)
        {
            var x = (draws.Uniform() - .5) * (i % 2 == 0 ? 20 : 2e6);
            var (sin, cos) = PortableMath.SinCos(x);
            Assert.Equal(Math.Sin(x), sin, 3e-16);
            Assert.Equal(Math.Cos(x), cos, 3e-16);
        }
    }

    [Theory]
    [InlineData(.9, 1)]
    [InlineData(.999, 1000)]
    [InlineData(.95, 0)]
    public void Power_OfABeta_IsTheLibrarys(double x, long power) =>
        Assert.Equal(Math.Pow(x, power), PortableMath.Power(x, power), 1e-14 * Math.Pow(x, power));

    [Fact]
    public void EveryFunction_AtItsEdges_HasTheLimit()
    {
        Assert.Equal([1, 0, double.PositiveInfinity, 0, double.PositiveInfinity, double.Epsilon],
            new[] { 0, double.NegativeInfinity, double.PositiveInfinity, -746, 710, -745 }.Select(PortableMath.Exp));
        Assert.Equal([0, double.NegativeInfinity, double.PositiveInfinity, double.NaN, double.NaN],
            new[] { 1, 0, double.PositiveInfinity, -1, double.NaN }.Select(PortableMath.Log));
        Assert.Equal(Math.Log(double.Epsilon), PortableMath.Log(double.Epsilon), 1e-12);
        Assert.Equal(
            [double.NegativeInfinity, 0, double.PositiveInfinity], new[] { -1, 0, double.PositiveInfinity }.Select(PortableMath.LogP1));
        Assert.Equal([-1, 0, double.PositiveInfinity], new[] { -800.0, 0, 800 }.Select(PortableMath.ExpM1));
        Assert.True(double.IsNaN(PortableMath.Exp(double.NaN)) && double.IsNaN(PortableMath.SinCos(double.PositiveInfinity).Sin));
        Assert.Throws<ArgumentOutOfRangeException>(() => PortableMath.Power(2, -1));
    }

    /// <summary>A digest of the bits, taken on an AMD EPYC with 512-bit vectors.</summary>
    [Fact]
    public void EveryFunction_OnThisMachine_HasTheBitsOfEveryOther()
    {
        var (draws, digest) = (new PhiloxStream(5, 7), 14695981039346656037UL);
        for (var i = 0; i < Draws; i++)
        {
            var x = draws.Uniform() * 40 - 20;
            var (sin, cos) = PortableMath.SinCos(x);
            double[] results = [PortableMath.Exp(x), PortableMath.Log(x + 20), PortableMath.LogP1(x / 21), PortableMath.ExpM1(x / 21),
                sin, cos, PortableMath.Power(x, i % 50)];
            foreach (var y in results) digest = (digest ^ BitConverter.DoubleToUInt64Bits(y)) * 1099511628211;
        }

        Assert.Equal(2164998344645242456UL, digest);
    }

    static void AssertClose(
        Func<double, double> ours, Func<double, double> other, Func<double, double> argument, double tolerance = Relative)
    {
        var draws = new PhiloxStream(1, 2);
        for (var i = 0; i < Draws; i++)
        {
            var x = argument(2 * draws.Uniform() - 1);
            Assert.True(Math.Abs(ours(x) - other(x)) <= tolerance * Math.Abs(other(x)), $"{x:R}: {ours(x):R}, expected {other(x):R}");
        }
    }
}
