using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Host.Tests;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Mathematics;

public class Gsm8kPromptsTests
{
    const string Line = """{"question": "Two and two?", "answer": "2 + 2 = 4\n#### 4"}""";

    [Fact]
    public void Of_NoShots_AsksTheQuestion() => Assert.Equal("Question: One and one?\nAnswer:", new Gsm8kPrompts().Of("One and one?"));

    [Fact]
    public void Of_Shots_GoBeforeTheQuestion() => Assert.Equal(
        "Question: Two and two?\nAnswer: 2 + 2 = 4\n#### 4\n\nQuestion: One and one?\nAnswer:",
        Gsm8kPrompts.WithFirst([Line, "not read"], 1).Of("One and one?"));

    [Fact]
    public void WithFirst_TooFewExamples_SaysHowMany()
    {
        var error = Assert.Throws<FormatException>(() => Gsm8kPrompts.WithFirst([Line, "", Line]));
        Assert.Contains("2 examples, expected at least 8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithFirst_NegativeNumber_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Gsm8kPrompts.WithFirst([Line], -1));

    [Theory]
    [InlineData("{", "line 2 is no JSON")]
    [InlineData("[]", "line 2 lacks")]
    [InlineData("""{"question": "a"}""", "line 2 lacks")]
    [InlineData("""{"question": 1, "answer": "b"}""", "line 2 lacks")]
    public void WithFirst_BrokenLine_NamesIt(string broken, string message)
    {
        var error = Assert.Throws<FormatException>(() => Gsm8kPrompts.WithFirst([Line, broken], 2));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StopStrings_AreThoseOfTheHarness() =>
        Assert.Equal(["Question:", "</s>", "<|im_end|>"], Gsm8kPrompts.StopStrings);

    [RealDataFact]
    public void Of_TheFirstEightOfTheFile_HasNineQuestionsAndEightAnswers()
    {
        var prompt = Gsm8kPrompts.WithFirst(File.ReadLines(Gsm8kFiles.Of("train.jsonl"))).Of("One and one?");
        Assert.Equal(10, prompt.Split("Question: ").Length);
        Assert.Equal(9, prompt.Split("\n#### ").Length);
        Assert.EndsWith("\n\nQuestion: One and one?\nAnswer:", prompt, StringComparison.Ordinal);
    }
}
