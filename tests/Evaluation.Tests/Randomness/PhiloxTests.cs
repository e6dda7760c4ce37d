using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Tests.Randomness;

public class PhiloxTests
{
    const uint Purpose = 15;

    // The known-answer vectors that Salmon et al. publish for philox4x32 with 10 rounds; the third holds the digits of pi.
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0xa4093822, 0x299f31d0, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Block_PublishedVector_Matches(
        uint key0, uint key1, uint counter0, uint counter1, uint counter2, uint counter3, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), Philox.Block(key0, key1, counter0, counter1, counter2, counter3));

    [Fact]
    public void Uniform_ZeroKeyAndCounter_IsTheFirstTwoWordsScaled()
    {
        // 0x6627e8d5 · 2²¹ + (0xe169c58d >> 11 = 0x1c2d38), divided by 2⁵³.
        Assert.Equal((0x6627e8d5UL * (1UL << 21) + 0x1c2d38) / 9007199254740992.0, Philox.Uniform(0, 0, 0, 0, 0));
        Assert.Equal(0.3990464708489645, Philox.Uniform(0, 0, 0, 0, 0));
    }

    [Fact]
    public void Uniform_EveryArgument_HasItsPlaceInKeyAndCounter()
    {
        var (x0, x1, _, _) = Philox.Block(0xa4093822, 0x299f31d0, Purpose, 11, 12, 13);
        var expected = (((ulong)x0 << 21) ^ (x1 >> 11)) / 9007199254740992.0;
        Assert.Equal(expected, Philox.Uniform(0x299f31d0_a4093822, Purpose, step: 11, sample: 12, position: 13));
    }
}
