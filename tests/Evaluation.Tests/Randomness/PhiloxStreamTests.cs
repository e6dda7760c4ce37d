using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Tests.Randomness;

public class PhiloxStreamTests
{
    [Fact]
    public void Uniform_SuccessiveDraws_CountThePosition()
    {
        var stream = new PhiloxStream(5, 6, step: 2, sample: 3);
        for (uint position = 0; position < 4; position++)
            Assert.Equal(Philox.Uniform(5, 6, 2, 3, position), stream.Uniform());
    }

    [Fact]
    public void Integer_ManyDraws_CoversTheRangeEvenly()
    {
        var stream = Some.Draws();
        var counts = new int[4];
        for (var i = 0; i < 4000; i++) counts[stream.Integer(4)]++;
        // Binomial(4000, 1/4) has standard deviation 27.4; five of them.
        Assert.All(counts, count => Assert.InRange(count, 1000 - 137, 1000 + 137));
    }

    [Fact]
    public void Integer_BoundNotPositive_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Some.Draws().Integer(0));

    [Fact]
    public void Permutation_AnyCount_HoldsEveryIndexOnce() =>
        Assert.Equal(Enumerable.Range(0, 50), Some.Draws().Permutation(50).Order());

    [Fact]
    public void Permutation_TwoElements_IsEitherOrderEquallyOften()
    {
        var swapped = Enumerable.Range(0, 1000).Count(i => Some.Draws((uint)i).Permutation(2)[0] == 1);
        Assert.InRange(swapped, 500 - 79, 500 + 79); // five standard deviations of 15.8
    }

    [Fact]
    public void Normal_ManyDraws_HasMeanZeroAndVarianceOne()
    {
        var stream = Some.Draws();
        var draws = Enumerable.Range(0, 10_000).Select(_ => stream.Normal()).ToArray();
        Assert.Equal(0, draws.Average(), .05); // five standard errors of 1/√10000
        Assert.Equal(1, draws.Average(draw => draw * draw), .071); // five standard errors of √2/√10000
    }
}
