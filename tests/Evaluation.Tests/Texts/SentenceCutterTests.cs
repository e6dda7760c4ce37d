using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Tests.Texts;

public class SentenceCutterTests
{
    [Theory]
    [InlineData("One. Two! Three? Four", "One.|Two!|Three?|Four")]
    [InlineData("Dr. Smith met J. Doe at 3.30 p.m. today.", "Dr. Smith met J. Doe at 3.30 p.m. today.")]
    [InlineData("Use e.g. Rome. Then go.", "Use e.g. Rome.|Then go.")]
    [InlineData("He said “Stop!” Then he left.", "He said “Stop!”|Then he left.")]
    [InlineData("sure ! answer : b . thank you .", "sure !|answer : b .|thank you .")] // words apart, as Pocket writes
    [InlineData("Wait... what?! No.", "Wait... what?!|No.")]
    [InlineData("今天好。明天呢？", "今天好。|明天呢？")]
    [InlineData("# Title\n\nFirst line\nsecond half. Next\n- one\n- two", "Title|First line\nsecond half.|Next|one|two")]
    [InlineData("1. First\n2. Second", "First|Second")]
    [InlineData("Before.\n```\nx. Y\n```\nAfter.", "Before.|After.")]
    [InlineData("| a | b |\n", "")]
    [InlineData("... !!! ???", "")]
    [InlineData("Version 2.0.1 is out", "Version 2.0.1 is out")]
    public void Cut_Text_EndsWhereSentencesDo(string text, string sentences)
    {
        var cut = new CutText(text);
        Assert.Equal(sentences, string.Join('|', cut.Sentences.Select(sentence => sentence.Whole.Of(text).Trim().ToString())));
    }

    [Fact]
    public void Cut_Words_BelongToOneSentenceEach()
    {
        var cut = new CutText("It is. So be it.\n```\ncode\n```\nEnd.");
        Assert.Equal([(0, 2), (2, 5), (6, 7)], cut.Sentences.Select(sentence => (sentence.FirstWord, sentence.EndWord)));
    }
}
