using System.Text.Json;
using ActorRlhf.Evaluation.Catalogue.RewardModels;

namespace ActorRlhf.Evaluation.Tests.Catalogue.RewardModels;

public class PreferenceFileTests
{
    [Theory]
    [InlineData("""{"prompt":"p","chosen":"good","rejected":"bad","subset":"s"}""")]
    [InlineData("""{"prompt":"p","chosen":["good"],"rejected":["bad"],"subset":"s","extra":{"a":1}}""")]
    [InlineData("prompt,chosen,rejected,subset\r\np,good,bad,s\r\n")]
    [InlineData("subset,rejected,chosen,prompt\ns,\"[\"\"bad\"\"]\",good,p")]
    public void Read_OnePairInEverySpelling_IsTheSame(string text)
    {
        var item = Assert.Single(Read(text));
        Assert.Null(item.Error);
        Assert.Equal(("p", "good", "bad"), (item.Prompt, Assert.Single(item.Chosen), Assert.Single(item.Rejected)));
        Assert.Equal([("subset", "s")], item.Slices.Select(slice => (slice.Key, slice.Value)));
    }

    [Fact]
    public void Read_SeveralRejected_AreCandidatesBehindTheChosen()
    {
        var item = Assert.Single(Read("""{"prompt":"p","chosen":["a"],"rejected":["b","c","d"]}"""));
        Assert.Equal(["a", "b", "c", "d"], item.Candidates);
        Assert.Equal([1, 0, 0, 0], item.Gold);
    }

    [Fact]
    public void Read_WholeDialogues_EndTheirPromptAtTheLastAnswer()
    {
        const string prompt = "\n\nHuman: hi\n\nAssistant: yes\n\nHuman: and?\n\nAssistant:";
        var item = Assert.Single(Read(JsonSerializer.Serialize(new { chosen = $"{prompt} good", rejected = $"{prompt} bad" })));
        Assert.Equal(prompt, item.Prompt);
        Assert.Equal(("good", "bad"), (item.Chosen[0], item.Rejected[0]));
    }

    [Theory]
    [InlineData("""{"prompt":"p","chosen":"a"}""", "line 1: 'rejected' is missing")]
    [InlineData("""{"prompt":"p","chosen":[],"rejected":"b"}""", "line 1: 'chosen' is '[]', expected a text or a list of texts")]
    [InlineData("""{"prompt":["p"],"chosen":"a","rejected":"b"}""", "line 1: 'prompt' is '[\"p\"]', expected a text")]
    [InlineData("""{"chosen":"a","rejected":"b"}""", "line 1: 'prompt' is missing, and")]
    [InlineData("""{"prompt":"p","chosen":"a","rejected":"a"}""", "line 1: 'a' was chosen and rejected")]
    [InlineData("{\"prompt\":", "line 1: it is no JSON")]
    [InlineData("prompt,chosen,rejected\np,a\n", "line 2: it has 2 cells, expected 3")]
    public void Read_RowThatIsNoPair_FailsAloneAndSaysWhy(string text, string why)
    {
        var item = Assert.Single(Read(text));
        Assert.StartsWith(why, item.Error, StringComparison.Ordinal);
        Assert.Empty(item.Candidates);
    }

    [Theory]
    [InlineData("[{}]", "jq -c '.[]'")]
    [InlineData("question,answer\na,b\n", "no column 'chosen'; it has question, answer")]
    public void Read_FileThatIsNone_IsRefused(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    static PreferenceItem[] Read(string text) => [.. PreferenceFile.Read(new StringReader(text))];
}
