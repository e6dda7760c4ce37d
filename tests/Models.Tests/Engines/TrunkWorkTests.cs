using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Tests.Sampling;

namespace ActorRlhf.Models.Tests.Engines;

public sealed class TrunkWorkTests
{
    [Fact]
    public void IsTaken_Samples_IsTrueFromTheLastRequestOn()
    {
        var config = Some.OddShape;
        AssertIsTakenFrom(2, new SampleWork(Some.Requests(config, 2), Some.Options(), config.MaxPositions));
    }

    [Fact]
    public void IsTaken_Scores_IsTrueFromTheLastSequenceOn()
    {
        TokenSequence[] sequences = [new([1, 2, 3], 1), new([1, 2], 1), new([4, 5], 1)];
        AssertIsTakenFrom(3, new ScoreWork(sequences, sequence => sequence.PromptLength..sequence.TokenIds.Length, (_, _, _) => 0));
    }

    static void AssertIsTakenFrom(int count, ITrunkWork work)
    {
        for (var taken = 0; taken < count; taken++)
        {
            Assert.False(work.IsTaken);
            Assert.Equal(taken, work.Take()!.Index);
        }
        Assert.True(work.IsTaken);
        Assert.Null(work.Take());
        Assert.True(work.IsTaken);
    }
}
