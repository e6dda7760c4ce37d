using ActorRlhf.Host.Report.Charts;

namespace ActorRlhf.Host.Tests.Report;

public sealed class ScaleTests
{
    [Theory]
    [InlineData(0, 200, "0 50 100 150 200")]
    [InlineData(0.19, 0.49, "0.2 0.3 0.4")]
    [InlineData(-1.5, 1.5, "-1 0 1")]
    public void Of_Range_HasRoundTicksWithin(double least, double most, string expected)
    {
        var scale = Scale.Of([least, most], 0, 5);
        Assert.Equal(expected, string.Join(' ', scale.Ticks.Select(tick => tick.ToString(scale.Format,
            System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Equal((0, 1), (scale.At(least), scale.At(most)));
    }

    [Fact]
    public void Of_OneValue_HasRoomAboutIt() => Assert.Equal(.5, Scale.Of([3], 0, 5).At(3));
}
