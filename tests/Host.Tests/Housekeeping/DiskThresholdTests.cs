using ActorRlhf.Host.Housekeeping;

namespace ActorRlhf.Host.Tests.Housekeeping;

public sealed class DiskThresholdTests
{
    [Theory]
    [InlineData("2GiB or 5%", 100L << 30, 2L << 30)]
    [InlineData("2GiB or 5%", 10L << 30, 512L << 20)]        // 5% of 10 GiB are less
    [InlineData("1.5KiB", 10L << 30, 1536L)]
    [InlineData("50%", 1000L, 500L)]
    [InlineData("0B", 1000L, 0L)]
    public void Of_ADiskOfASize_IsWhicheverIsLess(string text, long total, long expected) =>
        Assert.Equal(expected, DiskThreshold.TryParse(text)!.Of(total));

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("2GB")]
    [InlineData("-1GiB")]
    [InlineData("101%")]
    [InlineData("1GiB or 2GiB")]
    [InlineData("1% or 2%")]
    [InlineData("99999999999TiB")]
    public void TryParse_WhatIsNone_IsNull(string text) => Assert.Null(DiskThreshold.TryParse(text));
}
