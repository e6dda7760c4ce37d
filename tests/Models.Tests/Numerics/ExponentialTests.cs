using System.Runtime.Intrinsics;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Tests.Numerics;

/// <summary>Both widths of the exponential: the stated error, its ends, and the same bits.</summary>
public sealed class ExponentialTests
{
    [Fact]
    public void Of_FromTheSmallestToTheLargest_HasTheStatedErrorAndOneValueInBothWidths()
    {
        var worst = 0.0;
        for (var x = -87.3f; x < 88.3f; x += 0.0137f)
        {
            var value = Exponential.Of(Vector512.Create(x))[5];
            worst = Math.Max(worst, Math.Abs(value / Math.Exp(x) - 1));
            Assert.Equal(Exponential.Of(Vector256.Create(x))[3], value);
        }
        Assert.InRange(worst, 1e-9, 2e-7);            // float32 has 6e-8
    }

    [Theory]
    [InlineData(-87.34f, -87.33f)]
    [InlineData(88.36f, 88.38f)]
    [InlineData(-1e-6f, -0.999e-6f)]
    public void Of_EveryNumberAroundAnEnd_HasOneValueInBothWidths(float first, float last)
    {
        for (var x = first; x <= last; x = MathF.BitIncrement(x))
            Assert.Equal(Exponential.Of(Vector256.Create(x))[3], Exponential.Of(Vector512.Create(x))[5]);
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(-88f, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Of_Ends_AreExact(float x, float expected)
    {
        Assert.Equal(expected, Exponential.Of(Vector512.Create(x))[0]);
        Assert.Equal(expected, Exponential.Of(Vector256.Create(x))[0]);
    }

    [Fact]
    public void Of_AboveTheLargest_StaysFinite() =>
        Assert.InRange(Exponential.Of(Vector512.Create(float.PositiveInfinity))[0], 2.3e38f, 2.5e38f);
}
