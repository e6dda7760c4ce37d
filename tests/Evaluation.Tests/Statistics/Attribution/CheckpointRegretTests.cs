using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Attribution;
using static ActorRlhf.Evaluation.Tests.Statistics.TwelvePrompts;

namespace ActorRlhf.Evaluation.Tests.Statistics.Attribution;

public class CheckpointRegretTests
{
    static readonly StepScores[] Steps =
    [
        new([.1, .2, .3, .1, .2, .3], [.4, .2, .5, .3, .4, .6]),
        new([.5, .4, .6, .5, .3, .6], [.7, .6, .8, .4, .9, .5]),
        new([.9, .8, .7, .9, 1, .8], [.5, .3, .6, .2, .7, .4]),
    ];

    [Fact]
    public void Of_ReferenceValues_AreReproduced()
    {
        var regret = CheckpointRegret.Of(Steps);
        Assert.Equal((2, 1), (regret.Chosen, regret.Best));
        Assert.Equal(.2, regret.Naive, 1e-15);
        Assert.Equal(.2, regret.CrossFitted!.Value, 1e-15);
        Assert.Equal(.0258198890, regret.CrossFitted.StandardError!.Value, 5.1e-11); // printed to ten places
        Assert.Equal((6, "t"), (regret.CrossFitted.N, regret.CrossFitted.Method));
    }

    [Fact]
    public void Of_BestStepKept_HasNoRegretAndNoSpread()
    {
        var regret = CheckpointRegret.Of(Steps, _ => 1);
        Assert.Equal((1, 1, 0), (regret.Chosen, regret.Best, regret.Naive));
        Assert.Equal((0, null, null), (regret.CrossFitted!.Value, regret.CrossFitted.Low, regret.CrossFitted.High));
    }

    [Fact]
    public void Of_Rule_SeesHalvesByIndex()
    {
        var seen = new List<string>();
        CheckpointRegret.Of(Steps, prompts =>
        {
            seen.Add(string.Join(' ', prompts));
            return 0;
        });
        Assert.Equal(["0 1 2 3 4 5", "0 2 4", "1 3 5"], seen);
    }

    [Fact]
    public void Of_StepsThatDifferByNoiseOnly_IsNaivelyTooHighAndNotSoCrossFitted()
    {
        // 20 steps of equal merit, 80 prompts: the best of the means of n normals is about 1.87/√80 = .21 too good.
        double naive = 0, crossFitted = 0;
        for (uint round = 0; round < 200; round++)
        {
            var draws = Some.Draws(round);
            double[] Drawn() => [.. Enumerable.Range(0, 80).Select(_ => draws.Normal())];
            var regret = CheckpointRegret.Of([.. Enumerable.Range(0, 20).Select(_ => new StepScores(Drawn(), Drawn()))]);
            naive += regret.Naive / 200;
            crossFitted += regret.CrossFitted!.Value / 200;
        }
        Assert.InRange(naive, .18, .24);
        Assert.Equal(0, crossFitted, .04); // three standard errors of √(2/80/200) = .011
    }

    [Fact]
    public void Of_EqualSteps_TakesTheEarliest()
    {
        var regret = CheckpointRegret.Of([StepA, StepA]);
        Assert.Equal((0, 0), (regret.Chosen, regret.Best));
    }

    [Fact]
    public void Of_OnePrompt_IsNotCrossFitted() =>
        Assert.Null(CheckpointRegret.Of([new([1], [2]), new([2], [1])]).CrossFitted);

    [Fact]
    public void Of_NumbersThatDoNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => CheckpointRegret.Of([]));
        Assert.Throws<ArgumentException>(() => CheckpointRegret.Of([new([], [])]));
        Assert.Throws<ArgumentException>(() => CheckpointRegret.Of([new([1, 2], [1, 2]), new([1], [1])]));
        Assert.Throws<ArgumentException>(() => CheckpointRegret.Of([new([1, double.NaN], [1, 2])]));
        Assert.Throws<ArgumentException>(() => CheckpointRegret.Of(Steps, _ => 3));
    }
}
