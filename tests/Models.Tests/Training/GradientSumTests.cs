using ActorRlhf.Models.Training;

namespace ActorRlhf.Models.Tests.Training;

public sealed class GradientSumTests
{
    const int Shards = 4;

    // Chosen so that float32 sums of another order differ: 1e8 + 1 − 1e8 is 0 or 1.
    static readonly float[] s_values = [1e8f, 1, -1e8f, .5f];
    readonly GradientBuffers _buffers = new(3);

    [Theory]
    [InlineData(0, 1, 2, 3), InlineData(3, 2, 1, 0), InlineData(1, 3, 0, 2)]
    public void Add_InAnyOrder_SumsInTheOrderOfTheShards(params int[] order)
    {
        var sum = new GradientSum(2, Shards, _buffers);
        foreach (var shard in order) sum.Add(shard, Gradient(shard));

        var expected = 0f + s_values[0] + s_values[1] + s_values[2] + s_values[3];
        Assert.Equal([expected, 2 * expected], sum.Total.ToArray());
    }

    [Fact]
    public void Add_FromManyThreadsAtOnce_SumsInTheOrderOfTheShards()
    {
        const int many = 64;
        for (var round = 0; round < 50; round++)
        {
            var sum = new GradientSum(2, many, _buffers);
            Parallel.For(0, many, shard => sum.Add(shard, Gradient(shard)));

            var expected = 0f;
            for (var shard = 0; shard < many; shard++) expected += s_values[shard % Shards];
            Assert.Equal(expected, sum.Total.Span[0]);
            sum.Clear();
        }
    }

    [Fact]
    public void Clear_HalfAMinibatch_BeginsAnew()
    {
        var sum = new GradientSum(2, Shards, _buffers);
        sum.Add(0, Gradient(3));
        sum.Add(2, Gradient(3));
        Assert.Contains("shard 1 of 4", Assert.Throws<InvalidOperationException>(() => sum.Total).Message, StringComparison.Ordinal);

        sum.Clear();
        for (var shard = 0; shard < Shards; shard++) sum.Add(shard, Gradient(3));

        Assert.Equal(2, sum.Total.Span[0]);
    }

    [Fact]
    public void Add_OneShardTwice_Throws()
    {
        var sum = new GradientSum(2, Shards, _buffers);
        sum.Add(0, Gradient(0));
        sum.Add(2, Gradient(2));

        Assert.Throws<InvalidOperationException>(() => sum.Add(0, Gradient(0)));
        Assert.Throws<InvalidOperationException>(() => sum.Add(2, Gradient(2)));
    }

    float[] Gradient(int shard)
    {
        var buffer = _buffers.Rent();
        (buffer[0], buffer[1], buffer[2]) = (s_values[shard % Shards], 2 * s_values[shard % Shards], float.NaN);
        return buffer;
    }
}
