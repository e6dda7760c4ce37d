using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Comparisons;
using static ActorRlhf.Evaluation.Tests.Statistics.TwelvePrompts;

namespace ActorRlhf.Evaluation.Tests.Statistics.Comparisons;

public class PairedChangeTests
{
    [Fact]
    public void Of_ReferenceValues_AreReproduced() => AssertIs(
        PairedChange.Of(ScoreA, ScoreB), -.2083333333, -.4096350437, -.0070316230, 12, "t", error: .0914598217);

    [Fact]
    public void Of_ReferenceValuesByIds_AreReproduced() => AssertIs(
        PairedChange.Of(ScoreA, ScoreB, Ids), -.2083333333, -.3875585890, -.0291080777, 6, "t", error: .0697216689);

    [Fact]
    public void Of_OtherOrderOfPrompts_IsTheSame()
    {
        var (change, other) = (PairedChange.Of(ScoreA, ScoreB), PairedChange.Of(Shuffled(ScoreA), Shuffled(ScoreB)));
        Assert.Equal(change.Low!.Value, other.Low!.Value, 1e-14);
        var (byIds, otherIds) = (PairedChange.Of(ScoreA, ScoreB, Ids), PairedChange.Of(Shuffled(ScoreA), Shuffled(ScoreB), Shuffled(Ids)));
        Assert.Equal(byIds.Low!.Value, otherIds.Low!.Value, 1e-14);
    }

    [Fact]
    public void Of_StepsExchanged_IsTheMirror()
    {
        var (there, back) = (PairedChange.Of(ScoreA, ScoreB), PairedChange.Of(ScoreB, ScoreA));
        Assert.Equal((there.Value, there.Low, there.High), (-back.Value, -back.High, -back.Low));
    }

    [Fact]
    public void Of_OneIdEach_IsTheSameAsWithout() =>
        Assert.Equal(PairedChange.Of(ScoreA, ScoreB), PairedChange.Of(ScoreA, ScoreB, [.. Enumerable.Range(0, 12).Select(i => $"p{i}")]));

    [Fact]
    public void Of_OnePrompt_HasNoInterval() => Assert.Equal(new Measured(.5, null, null, 1, "t"), PairedChange.Of([0], [.5]));

    [Fact]
    public void Of_SameChangeEverywhere_HasNoInterval()
    {
        // Differences of .1 that differ by roundings.
        var change = PairedChange.Of([.1, .2, .3], [.2, .3, .4]);
        Assert.Equal(.1, change.Value, 1e-15);
        Assert.Equal((null, null, false), (change.Low, change.High, change.ExcludesZero));
    }

    [Theory]
    [InlineData(new double[] { 1 }, new double[] { 1, 2 })]
    [InlineData(new double[] { }, new double[] { })]
    [InlineData(new double[] { double.NaN, 1 }, new double[] { 1, 2 })]
    [InlineData(new double[] { 0, 1 }, new double[] { 1, double.PositiveInfinity })]
    public void Of_NumbersThatDoNotFit_Throws(double[] before, double[] after) =>
        Assert.Throws<ArgumentException>(() => PairedChange.Of(before, after));

    [Fact]
    public void Of_IdsOfOtherNumber_Throws() => Assert.Throws<ArgumentException>(() => PairedChange.Of(ScoreA, ScoreB, Ids[1..]));
}
