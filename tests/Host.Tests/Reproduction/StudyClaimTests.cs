using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Reproduction;

namespace ActorRlhf.Host.Tests.Reproduction;

public sealed class StudyClaimTests
{
    [Theory]
    [InlineData(.1, .3, "yes")]
    [InlineData(-.1, .3, "open")]
    [InlineData(-.3, -.1, "no")]
    public void Shown_OfAClaimAboveZero_AsksTheWholeInterval(double low, double high, string expected) =>
        Assert.Equal(expected, StudyClaim.Above("", Over(low, high)).Shown);

    [Theory]
    [InlineData(-.04, .04, "yes")]
    [InlineData(-.04, .06, "open")]
    [InlineData(.06, .08, "no")]
    public void Shown_OfAClaimThatNothingDiffers_NeedsAnIntervalWithinTheMargin(double low, double high, string expected) =>
        Assert.Equal(expected, StudyClaim.Within("", Over(low, high), .05).Shown);

    [Fact]
    public void Shown_WithoutAnInterval_IsNotMeasured() =>
        Assert.Equal("not measured", StudyClaim.Below("", new Measured(.1, null, null, 1, "t"), .5).Shown);

    static Measured Over(double low, double high) => new((low + high) / 2, low, high, 5, "t");
}
