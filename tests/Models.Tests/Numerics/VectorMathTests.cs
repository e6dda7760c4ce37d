using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Tests.Numerics;

public sealed class VectorMathTests : IDisposable
{
    readonly ComputeWorkers _workers = new(3);

    public void Dispose() => _workers.Dispose();

    [Theory, InlineData(0), InlineData(1), InlineData(15), InlineData(16), InlineData(37), InlineData(200_003)]
    public void AddAndNorm_AnyLength_AreThoseOfPlainLoops(int length)
    {
        float[] a = [.. Enumerable.Range(0, length).Select(i => 0.5f * i - 3)],
            b = [.. Enumerable.Range(0, length).Select(i => 0.25f * i * i)];
        float[] sum = [.. b];
        VectorMath.Add(a, sum);
        Assert.Equal(a.Zip(b, (x, y) => x + y), sum);
        var norm = Math.Sqrt(sum.Sum(x => (double)x * x));
        Assert.Equal(norm, VectorMath.Norm(sum, _workers), 1e-12 * norm);
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public void Norm_ElementNotFinite_IsNotFinite(float element)
    {
        for (var at = 0; at < 37; at++)
        {
            var values = new float[37];
            values[at] = element;
            Assert.False(double.IsFinite(VectorMath.Norm(values, _workers)));
        }
    }

    [Fact]
    public void Norm_OnOneThread_HasTheBitsOfThree()
    {
        using var one = new ComputeWorkers(1);
        float[] values = [.. Enumerable.Range(0, 300_001).Select(i => i % 97 * .37f - 11)];

        Assert.Equal(VectorMath.Norm(values, one), VectorMath.Norm(values, _workers));
    }

    [Fact]
    public void Norm_LargestNumbers_DoesNotOverflow() =>
        Assert.Equal(
            float.MaxValue * 10.0, VectorMath.Norm(Enumerable.Repeat(float.MaxValue, 100).ToArray(), _workers), float.MaxValue * 1e-9);
}
