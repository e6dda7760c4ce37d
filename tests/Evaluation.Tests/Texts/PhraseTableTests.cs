using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Tests.Texts;

public class PhraseTableTests
{
    static readonly PhraseTable Table = new(
        ["you're [so/very] right", "great/good question", "what a * idea", "^indeed", "right"], ["right here"]);

    [Theory]
    [InlineData("You're right.", "You're right")]
    [InlineData("you’re, so RIGHT", "you’re, so RIGHT")]           // curly apostrophe, signs between, case
    [InlineData("You are very right", "You are very right")]       // the long form
    [InlineData("Good question: what a mad idea", "Good question|what a mad idea")]
    [InlineData("Indeed. So indeed.", "Indeed")]
    [InlineData("Right here, right there", "right")]               // the exception takes its words
    [InlineData("You're right here.", "You're right")]             // the match that begins first
    [InlineData("brighter goodquestion", "")]
    [InlineData("Good. Question.", "")]                            // not across sentences
    [InlineData("what a", "")]
    public void In_Text_FindsTheLongestFromLeftToRight(string text, string found)
    {
        var cut = new CutText(text);
        Assert.Equal(found, string.Join('|', Table.In(cut).Select(match => cut.Quote(match.FirstWord, match.EndWord))));
    }
}
