using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Tests.Display;

public sealed class ReadableTests
{
    [Theory]
    [InlineData(4.25, "4.3 s")]
    [InlineData(185, "3 min 05 s")]
    [InlineData(7800, "2 h 10 min")]
    public void Of_Span_UsesTheUnitThatFits(double seconds, string expected) =>
        Assert.Equal(expected, Readable.Of(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(4.9, "0:04")]
    [InlineData(185, "3:05")]
    [InlineData(7800, "2:10:00")]
    [InlineData(180000, "50:00:00")]
    public void Clock_Span_HasNoUnits(double seconds, string expected) =>
        Assert.Equal(expected, Readable.Clock(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.314, "0.31")]
    [InlineData(8.44, "8.4")]
    [InlineData(64, "64")]
    [InlineData(1249.6, "1,250")]
    [InlineData(-0.004, "0.00")]
    [InlineData(-0.0, "0")]
    [InlineData(-0.31, "-0.31")]
    public void Rough_Number_KeepsFewDigits(double value, string expected) => Assert.Equal(expected, Readable.Rough(value));

    [Theory]
    [InlineData(-0.004, "0.00")]
    [InlineData(-0.0, "0.00")]
    [InlineData(-0.006, "-0.01")]
    [InlineData(null, "–")]
    public void Of_NumberRoundedToNothing_HasNoSign(double? value, string expected) => Assert.Equal(expected, Readable.Of(value));

    [Fact]
    public void Percent_ShareRoundedToNothing_HasNoSign() => Assert.Equal("0.0%", Readable.Percent(-0.0001));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(5L << 40, "5 TiB")]
    [InlineData(5L << 50, "5120 TiB")]
    public void Bytes_Number_UsesTheUnitThatFits(long bytes, string expected) => Assert.Equal(expected, Readable.Bytes(bytes));

    [Fact]
    public void Of_EvaluationWithoutGold_LeavesGoldOut()
    {
        Assert.Equal("proxy 0.50, KL 1.00 nats, length 9.00 tokens", Readable.Of(new HeldoutPoint(1, 0.5, null, 1, 9)));
        Assert.Equal("proxy 0.50, gold 0.25, KL 1.00 nats, length 9.00 tokens", Readable.Of(new HeldoutPoint(1, 0.5, 0.25, 1, 9)));
    }
}
