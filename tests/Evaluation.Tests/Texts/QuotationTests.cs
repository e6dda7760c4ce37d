using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Tests.Texts;

public class QuotationTests
{
    [Fact]
    public void Of_ShortPiece_IsThePiece() => Assert.Equal("as an\nAI 😀", Quotation.Of("as an\nAI 😀"));

    [Fact]
    public void Of_LongPiece_IsCutBetweenCharacters() =>
        Assert.Equal(new string('a', 119) + "😀…", Quotation.Of(new string('a', 119) + "😀" + new string('b', 1000)));

    [Fact]
    public void Of_LoneSurrogates_AreReplaced() => Assert.Equal("a\uFFFDb\uFFFD", Quotation.Of("a\uDC00b\uD83D"));
}
