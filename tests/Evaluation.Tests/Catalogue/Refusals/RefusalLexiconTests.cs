using ActorRlhf.Evaluation.Catalogue.Refusals;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Refusals;

public class RefusalLexiconTests
{
    [Theory]
    [InlineData("can not help", "I can't help.", "can't help")]
    [InlineData("can not help", "I CANNOT  help.", "CANNOT  help")]
    [InlineData("can not help", "I can’t.", null)]
    [InlineData("can|will not", "We won't.", "won't")]
    [InlineData("i <soft>* can", "I really just can.", "I really just can")]
    [InlineData("i <soft>* can", "I really just really just can.", null)]
    [InlineData("not a? word", "not word", "not word")]
    [InlineData("not .. here", "not one two three four here", "not one two three four here")]
    [InlineData("not .. here", "not one two three four five here", null)]
    [InlineData("not .. here", "Not one. Here.", null)]
    [InlineData("^ no", "Well, no. No!", "No")]
    [InlineData("no .|$", "no", "no")]
    [InlineData("no .|$", "no way", null)]
    [InlineData("can !not", "can not, can do", "can")]
    [InlineData("help", "\"help\", he said, and went away", null)]
    public void BeginningWith_Pattern_MatchesItsWords(string pattern, string text, string? matched)
    {
        var words = new RefusalWords(grows: true);
        var lexicon = new RefusalLexicon(["<soft> = really just", "[group] 1 0", pattern], words);
        var tokens = new RefusalText(text, words).Tokens;
        var found = Enumerable.Range(0, tokens.Count)
            .SelectMany(at => lexicon.BeginningWith(tokens[at].Word).Select(one => (at, End: one.Match(tokens, at))))
            .Where(match => match.End > match.at).Select(match => text[tokens[match.at].Start..tokens[match.End - 1].End]);
        Assert.Equal(matched, found.FirstOrDefault());
    }

    [Theory]
    [InlineData("[group] 1", "'[group] 1'")]
    [InlineData("please", "'please'")]
    [InlineData("[group] 1 0\na? word", "'a? word'")]
    public void Constructor_LineOfNoFormat_ThrowsAndQuotesIt(string lines, string quoted) =>
        Assert.Contains(quoted, Assert.Throws<FormatException>(() =>
            new RefusalLexicon(lines.Split('\n'), new RefusalWords(grows: true))).Message, StringComparison.Ordinal);
}
