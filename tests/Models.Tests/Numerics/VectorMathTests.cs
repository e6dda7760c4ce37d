using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Tests.Numerics;

public sealed class VectorMathTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(15), InlineData(16), InlineData(37)]
    public void AddAndNorm_AnyLength_AreThoseOfPlainLoops(int length)
    {
        float[] a = [.. Enumerable.Range(0, length).Select(i => 0.5f * i - 3)],
            b = [.. Enumerable.Range(0, length).Select(i => 0.25f * i * i)];
        float[] sum = [.. b];
        VectorMath.Add(a, sum);
        Assert.Equal(a.Zip(b, (x, y) => x + y), sum);
        Assert.Equal(Math.Sqrt(sum.Sum(x => (double)x * x)), VectorMath.Norm(sum), 1e-9);
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public void Norm_ElementNotFinite_IsNotFinite(float element)
    {
        for (var at = 0; at < 37; at++)
        {
            var values = new float[37];
            values[at] = element;
            Assert.False(double.IsFinite(VectorMath.Norm(values)));
        }
    }

    [Fact]
    public void Norm_LargestNumbers_DoesNotOverflow() =>
        Assert.Equal(float.MaxValue * 10.0, VectorMath.Norm([.. Enumerable.Repeat(float.MaxValue, 100)]), float.MaxValue * 1e-9);
}
