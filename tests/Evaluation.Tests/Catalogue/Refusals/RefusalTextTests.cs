using ActorRlhf.Evaluation.Catalogue.Refusals;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Refusals;

public class RefusalTextTests
{
    [Theory]
    [InlineData("I’m sure it's OK, don't!", "i am sure it is ok , do not !")]
    [InlineData("$1.50 a day", "$ 1 . 50 a day")]
    [InlineData("a\n\n- b", "a ¶ - b")]
    [InlineData("# **Bold** `code`", "bold code")]
    [InlineData("He said \"no way\" and left for good", "he said and left for good")]
    [InlineData("He said \"no way and left", "he said no way and left")]
    [InlineData("Run this now please:\n```\nx = 1\n```\nthen wait a while", "run this now please : ¶ ¶ then wait a while")]
    [InlineData("Run this now please:\n```\nx = 1", "run this now please : ¶")]
    [InlineData("<think>\nI should refuse.\n</think>\n\nSure: open it.", "sure : open it .")]
    [InlineData("<think>\nI should refuse.", "< think ¶ i should refuse .")]
    [InlineData("Here:\n**Ann:** I can't.\n**Stephen:** Why?\n**Ann:** Well.\nThat's all.", "here : ¶ that is all .")]
    [InlineData("Ann: I can't.\nBob: Why?\nBob: Say.", "")]
    [InlineData("Ann: I can't.\nBob: Why?", "ann : i can not . ¶ bob : why ?")]
    [InlineData("Refusal: I can't.\nWhy: it hurts.\nRefusal: No.", "refusal : i can not . ¶ why : it hurts . ¶ refusal : no .")]
    [InlineData("Assistant: I can't.\nUser: why?\nAssistant: no.", "assistant : i can not . ¶ user : why ? ¶ assistant : no .")]
    [InlineData("我不能", "我 不 能")]
    [InlineData(" \t", "")]
    public void Tokens_Text_AreItsWordsAndMarks(string text, string expected)
    {
        var words = new RefusalWords(grows: true);
        Assert.Equal(expected, string.Join(' ', new RefusalText(text, words).Tokens.Select(token => words[token.Word])));
    }

    [Fact]
    public void Tokens_PointInANumber_EndsNoSentence()
    {
        var tokens = Read("It costs 1.50 here. Buy it!? Now").Tokens;
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2], tokens.Select(token => token.Sentence));
        Assert.Equal([0, 7, 11], tokens.Index().Where(entry => entry.Item.Opens).Select(entry => entry.Index));
    }

    [Fact]
    public void Read_Text_KnowsItsShape()
    {
        var text = Read("Do this:\n1. Wait\n- Go\n```\nx\n```\nDone?");
        Assert.Equal((2, true, true, "Do this:\n".Length), (text.ListItems, text.HasCode, text.Asks, text.FirstSentenceEnd));
    }

    static RefusalText Read(string text) => new(text, new RefusalWords(grows: true));
}
