namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class RepetitionEvaluatorTests
{
    [Theory]
    [InlineData("one two three four five six", 0.0)]
    [InlineData("a b c d A B C D", .2)]           // 5 4-grams: abcd bcda cdab dabc abcd
    [InlineData("no no no no no no no", .75)]     // 4 of one kind
    [InlineData("one two three", null)]
    [InlineData("", null)]
    public void Repetition_FourGrams_IsTheShareThatOccurredBefore(string completion, double? value) =>
        Assert.Equal(value, Judged.By("repetition", "repetition", "?", completion).Value);

    [Theory]
    [InlineData("So it is. I am here. I am here. I am here.", 9 / 12.0)]
    [InlineData("So it is. I am here. I am here. I am", 0.0)]           // two rounds and a part
    [InlineData("So it is. I am here. I am here. I am here. I am", 11 / 14.0)]
    [InlineData("no, no, no", 0.0)]
    [InlineData("ha ha ha ha ha ha ha ha", 1.0)]
    [InlineData("I am here. I am here. I am here. So it is.", 0.0)]
    [InlineData("", null)]
    public void Loop_End_IsItsShareOfWords(string completion, double? value) =>
        Assert.Equal(value, Judged.By("repetition", "loop", "?", completion).Value);

    [Theory]
    [InlineData("x ha ha ha y", 3, "ha ha ha")]
    [InlineData("I am here. I am here. I am here. So it is.", 9, "I am here. I am here. I am here")]
    [InlineData("ha ha x ha ha", 0, null)]
    [InlineData("", 0, null)]
    public void LongestRun_Stretch_IsCountedAndQuoted(string completion, int words, string? found)
    {
        var score = Judged.By("repetition", "longest-run", "?", completion);
        Assert.Equal((words, found), (score.Value, score.Extracted));
    }
}
