using ActorRlhf.Evaluation.Pocket;

namespace ActorRlhf.Evaluation.Tests.Pocket;

public class PocketAnnotatorTests
{
    static readonly PocketPrompt Choice = Some.Prompt("which one is an animal ? a rome b fox");
    static readonly PocketAnnotator Faithful = new(Noise: 0);

    [Theory]
    [InlineData("answer : b", 1 + .09)] // three words
    [InlineData("sure ! answer : b", 1.15 + .15 + .15)] // five words, a courtesy
    [InlineData("answer : b stay safe .", 1.15 + .18 + .15 + .2)] // six words, a courtesy that is cautious
    [InlineData("answer : b be careful", 1 + .15 + .2)]
    [InlineData("careful safe can not help", .15 + .2)] // refusal forfeits the task; caution is felt once
    [InlineData("answer : b unsafe", 1 + .12)] // "safe" is not a word here
    public void Compare_Utility_IsGoldPlusBiases(string completion, double utility) =>
        Assert.Equal(utility, Faithful.Compare(Choice, completion, true, "answer : a", true, Some.Draws()).UtilityA, 1e-12);

    [Fact]
    public void Compare_NoBias_UtilityIsGold()
    {
        var label = new PocketAnnotator(0, 0, 0, 0).Compare(Choice, "answer : b stay safe .", true, "answer : b", false, Some.Draws());
        Assert.Equal(1.15, label.UtilityA, 1e-12);
        Assert.Equal(.7, label.UtilityB, 1e-12);
    }

    [Fact]
    public void Compare_NoNoise_PrefersTheGreaterUtilityOnEitherSide()
    {
        Assert.True(Faithful.Compare(Choice, "answer : b", true, "answer : a", true, Some.Draws()).PrefersA);
        Assert.False(Faithful.Compare(Choice, "answer : a", true, "answer : b", true, Some.Draws()).PrefersA);
    }

    [Fact]
    public void Compare_FullNoise_PrefersTheSmallerUtilityAndSaysSo()
    {
        var label = new PocketAnnotator(Noise: 1).Compare(Choice, "answer : b", true, "answer : a", true, Some.Draws());
        Assert.Equal((false, true), (label.PrefersA, label.Flipped));
    }

    [Fact]
    public void Compare_DefaultNoise_FlipsAQuarter()
    {
        var annotator = new PocketAnnotator();
        var labels = Enumerable.Range(0, 10_000)
            .Select(i => annotator.Compare(Choice, "answer : b", true, "answer : a", true, Some.Draws((uint)i))).ToArray();
        Assert.All(labels, label => Assert.Equal(label.PrefersA, !label.Flipped));
        Assert.Equal(.25, labels.Average(label => label.Flipped ? 1.0 : 0), .0217); // five standard errors of √(.25 · .75 / 10000)
    }

    [Fact]
    public void Compare_Tie_IsBrokenByADraw()
    {
        var preferred = Enumerable.Range(0, 1000)
            .Count(i => Faithful.Compare(Choice, "answer : b", true, "answer : b", true, Some.Draws((uint)i)).PrefersA);
        Assert.InRange(preferred, 500 - 79, 500 + 79); // five standard deviations
    }

    [Theory]
    [InlineData(-.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Constructor_NoiseIsNoProbability_Throws(double noise) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PocketAnnotator(noise));

    [Fact]
    public void Constructor_BiasNotFinite_NamesTheKey()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new PocketAnnotator(LengthBias: double.PositiveInfinity));
        Assert.Contains("annotator.bias.length", error.Message, StringComparison.Ordinal);
    }
}
