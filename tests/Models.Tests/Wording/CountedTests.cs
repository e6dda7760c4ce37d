using ActorRlhf.Models.Wording;

namespace ActorRlhf.Models.Tests.Wording;

public class CountedTests
{
    [Theory]
    [InlineData(0, "0 steps")]
    [InlineData(1, "1 step")]
    [InlineData(12345, "12345 steps")]
    public void Of_Count_HasTheWordThatFits(long count, string expected) => Assert.Equal(expected, Counted.Of(count, "step"));

    [Theory]
    [InlineData(1, "1 byte follows")]
    [InlineData(2, "2 bytes follow")]
    public void Of_WordsOfTheirOwn_TakesThem(long count, string expected) =>
        Assert.Equal(expected, Counted.Of(count, "byte follows", "bytes follow"));
}
