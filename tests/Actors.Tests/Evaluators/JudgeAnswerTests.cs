using ActorRlhf.Actors.Evaluators.Judges;

namespace ActorRlhf.Actors.Tests.Evaluators;

public sealed class JudgeAnswerTests
{
    [Theory]
    [InlineData("""{"score": 7, "why": "good"}""", 7, "7")]
    [InlineData("""{"why": "a } and a {", "score": 7.50, "more": {"x": 1}}""", 7.5, "7.50")]
    [InlineData("Well {hmm}:\n```json\n{\"score\": 1e0, \"why\": \"\"}\n```\nThat is all.", 1, "1e0")]
    public void Score_OneObject_IsRead(string answer, double value, string text) =>
        Assert.Equal((value, text), JudgeAnswer.Score(answer, 1, 10));

    [Theory]
    [InlineData("7", "expected a JSON object")]
    [InlineData("", "expected a JSON object")]
    [InlineData("""{"score": 7, "why": "good" """, "expected a JSON object")]
    [InlineData("""{"score": 7, "why": "a"} {"score": 9, "why": "b"}""", "one JSON object, not two")]
    [InlineData("""{"score": 7, "score": 9, "why": "b"}""", "each name once")]
    [InlineData("""{"score": 7}""", "a text as its why")]
    [InlineData("""{"score": "7", "why": "b"}""", "a number from 1 to 10")]
    [InlineData("""{"score": 11, "why": "b"}""", "a number from 1 to 10")]
    [InlineData("""{"score": 0, "why": "b"}""", "a number from 1 to 10")]
    [InlineData("""{"score": 1e999, "why": "b"}""", "a number from 1 to 10")]
    [InlineData("""{"score": NaN, "why": "b"}""", "expected a JSON object")]
    [InlineData("""{"better": "A", "why": "b"}""", "a number from 1 to 10")]
    public void Score_AnythingElse_FailsWithWhatCame(string answer, string expected)
    {
        var thrown = Assert.Throws<JudgeFailureException>(() => JudgeAnswer.Score(answer, 1, 10));
        Assert.Equal(JudgeFailure.Answer, thrown.Failure);
        Assert.Contains(expected, thrown.Reason);
        Assert.Contains($"'{answer}'", thrown.Reason);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    [InlineData("tie")]
    public void Better_KnownWord_IsRead(string word) =>
        Assert.Equal(word, JudgeAnswer.Better($$"""{"better": "{{word}}", "why": "so"}"""));

    [Theory]
    [InlineData("\"C\"")]
    [InlineData("\"a\"")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"\\ud83d\"")]
    public void Better_OtherWord_Fails(string word) => Assert.Contains("\"A\", \"B\" or \"tie\"",
        Assert.Throws<JudgeFailureException>(() => JudgeAnswer.Better($$"""{"better": {{word}}, "why": "so"}""")).Reason);

    [Fact]
    public void Score_LongAnswer_FailsShortened()
    {
        var thrown = Assert.Throws<JudgeFailureException>(() => JudgeAnswer.Score(new string('{', 1 << 20), 1, 10));
        Assert.InRange(thrown.Reason.Length, 500, 600);
    }
}
