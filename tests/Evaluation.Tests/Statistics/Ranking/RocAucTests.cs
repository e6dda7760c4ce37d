using ActorRlhf.Evaluation.Statistics.Ranking;
using static ActorRlhf.Evaluation.Tests.Statistics.TwelvePrompts;

namespace ActorRlhf.Evaluation.Tests.Statistics.Ranking;

public class RocAucTests
{
    static readonly bool[] Passed = [.. ScoreB.Select(score => score >= .5)];

    [Fact]
    public void Of_ReferenceValues_AreReproduced() => AssertIs(
        RocAuc.Of(ProxyB, Passed), .7142857143, .2765723729, .9423566781, 12, "delong-logit", error: .1955282397);

    [Fact]
    public void Of_AllPositivesAbove_HasTheIntervalOfTheSmallerClass()
    {
        AssertIs(RocAuc.Of([.1, .2, .3, .8, .9], [false, false, false, true, true]), 1, .3423802275, 1, 5, "delong-logit");
        AssertIs(RocAuc.Of([.1, .2, .3, .8, .9], [true, true, true, false, false]), 0, 0, 1 - .3423802275, 5, "delong-logit");
    }

    [Fact]
    public void Of_OrderAndUnits_DoNotMatter()
    {
        var (area, other) = (RocAuc.Of(ProxyB, Passed)!, RocAuc.Of([.. Shuffled(ProxyB).Select(Math.Exp)], Shuffled(Passed))!);
        Assert.Equal(area.Value, other.Value, 1e-15);
        Assert.Equal(area.Low!.Value, other.Low!.Value, 1e-14);
    }

    [Fact]
    public void Of_LabelsExchanged_IsTheMirror()
    {
        var (area, mirror) = (RocAuc.Of(ProxyB, Passed)!, RocAuc.Of(ProxyB, [.. Passed.Select(label => !label)])!);
        Assert.Equal(1 - area.Value, mirror.Value, 1e-15);
        Assert.Equal(1 - area.High!.Value, mirror.Low!.Value, 1e-14);
    }

    [Fact]
    public void Of_EqualScores_CountHalf() =>
        // Pairs: 2 > 1, 2 = 2, 1 = 1, 1 < 2: (1 + ½ + ½ + 0)/4.
        Assert.Equal(.5, RocAuc.Of([2, 1, 1, 2], [true, true, false, false])!.Value);

    [Fact]
    public void Of_ConstantScore_HasNoInterval() =>
        Assert.Equal((.5, null), RocAuc.Of([1, 1, 1, 1], [true, true, false, false]) is { } area ? (area.Value, area.Low) : default);

    [Fact]
    public void Of_OnePositive_HasNoIntervalInside() => Assert.Null(RocAuc.Of([2, 1, 3], [true, false, false])!.Low);

    [Fact]
    public void Of_OneLabelOnly_IsUndefined()
    {
        Assert.Null(RocAuc.Of([1, 2], [true, true]));
        Assert.Null(RocAuc.Of([], []));
    }

    [Fact]
    public void Of_NumbersThatDoNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => RocAuc.Of([1, 2], [true]));
        Assert.Throws<ArgumentException>(() => RocAuc.Of([1, double.NaN], [true, false]));
    }
}
