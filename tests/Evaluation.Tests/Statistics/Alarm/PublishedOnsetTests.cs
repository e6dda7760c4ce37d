using ActorRlhf.Evaluation.Statistics.Alarm;
using ActorRlhf.Host.Tests;

namespace ActorRlhf.Evaluation.Tests.Statistics.Alarm;

public class PublishedOnsetTests
{
    [RealDataTheory]
    [InlineData("A", 478, 478, 492, 516)]
    [InlineData("C", 91, 91, 95, 124)]
    public void Of_PublishedRuns_IsAsPublished(string run, int step, int low, int high, int severe) =>
        Assert.Equal(new PublishedOnset(step, low, high, severe), PublishedOnset.Of(Cherrl.Run(run)));

    [Fact]
    public void Of_ARunWithoutAGap_IsNull() => Assert.Null(PublishedOnset.Of([new(1, .01, 90), new(2, .5, null), new(3, null, 90)]));

    [Fact]
    public void Of_ThresholdsThatAreNotReached_AreLeftOut() =>
        // (.08, 15) at 1; (.08 and .10, 15 and 20) at 2 besides: three at 2, one at 1.
        Assert.Equal(new PublishedOnset(2, 1, 2, null), PublishedOnset.Of([new(1, .08, 16), new(2, .1, 20)]));
}
