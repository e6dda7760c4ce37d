using ActorRlhf.Evaluation.Statistics.RewardModels;

namespace ActorRlhf.Evaluation.Tests.Statistics.RewardModels;

public class PairAccuracyTests
{
    [Fact]
    public void Of_RightWrongAndTie_CountsATieHalf()
    {
        var accuracy = PairAccuracy.Of([([2, 1], [1, 0]), ([1, 2], [1, 0]), ([1, 1], [1, 0])])!;
        Assert.Equal((3, 3, 1, .5), (accuracy.Prompts, accuracy.Pairs, accuracy.Ties, accuracy.Accuracy.Value));
    }

    [Fact]
    public void Of_SixtyTwoOfAHundred_HasWilsonsInterval()
    {
        // The reference values of the ledger's statistics.
        var accuracy = PairAccuracy.Of(Enumerable.Range(0, 100).Select(i => Pair(i < 62 ? 2 : 0, 1)))!.Accuracy;
        Assert.Equal(.62, accuracy.Value, 1e-15);
        Assert.Equal(.5220975530, accuracy.Low!.Value, 5e-11);
        Assert.Equal(.7090240075, accuracy.High!.Value, 5e-11);
    }

    [Fact]
    public void Of_SeveralPairsOfAPrompt_AverageWithinItFirst()
    {
        // Gold 2 1 0 with scores 3 3 1: a tie and two right, 2.5/3. Gold 1 0 with scores 0 1: 0. Mean (2.5/3 + 0)/2.
        var accuracy = PairAccuracy.Of([([3, 3, 1], [2, 1, 0]), ([0, 1], [1, 0])])!;
        Assert.Equal((2, 4, 1), (accuracy.Prompts, accuracy.Pairs, accuracy.Ties));
        Assert.Equal(2.5 / 6, accuracy.Accuracy.Value, 1e-15);
    }

    [Fact]
    public void Of_EqualGold_IsNoPair() => Assert.Null(PairAccuracy.Of([([1, 2], [1, 1])]));

    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(0.0, 0.0)]
    public void Of_AllRightOrWrong_StaysWithinZeroAndOne(double score, double expected)
    {
        var accuracy = PairAccuracy.Of([Pair(score, .5), Pair(score, .5)])!.Accuracy;
        Assert.Equal(expected, accuracy.Value);
        Assert.InRange(accuracy.Low!.Value, 0, expected);
        Assert.InRange(accuracy.High!.Value, expected, 1);
    }

    [Theory]
    [InlineData(new double[] { 1 }, new double[] { 1, 0 })]
    [InlineData(new double[] { 1, double.NaN }, new double[] { 1, 0 })]
    public void Of_NumbersThatDoNotFit_Throws(double[] scores, double[] gold) =>
        Assert.Throws<ArgumentException>(() => PairAccuracy.Of([(scores, gold)]));

    static (IReadOnlyList<double> Scores, IReadOnlyList<double> Gold) Pair(double chosen, double rejected) => ([chosen, rejected], [1, 0]);
}
