namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class FormatEvaluatorTests
{
    [Theory]
    [InlineData("Just prose.\n\nMore prose.", 0.0)]
    [InlineData("# Title\n\n- one\n* two\n1. three\n> four\n| a | b |\n\nProse.", 6 / 7.0)]
    [InlineData("Some **bold** words.\nAnd 2 ** 3.", .5)]
    [InlineData("```py\nx = 1\n```", 1.0)]
    [InlineData("1984 was cold.\n-5 degrees.\n#hash", 0.0)]
    [InlineData(" \n ", null)]
    public void Markdown_Lines_AreTheShareThatIsFormatted(string completion, double? value) =>
        Assert.Equal(value, Judged.By("format", "markdown", "?", completion).Value);

    [Theory]
    [InlineData("Return the result as JSON.", "{\"a\": [1, 2]}", 1.0)]
    [InlineData("Return the result as JSON.", "```json\n{\"a\": \"\uD800\"}\n```", 1.0)]
    [InlineData("Return the result as JSON.", "Here you go:\n\n```json\n[1]\n```\nDone.", 1.0)]
    [InlineData("Return the result as JSON.", "Here you go: [1]", 0.0)]
    [InlineData("Give me a JSON object.", "{\"a\": 1,}", 0.0)]
    [InlineData("Give me a JSON object.", "", 0.0)]
    [InlineData("Give me a JSON object.", "```json\n{}", 0.0)]
    [InlineData("What is JSON?", "A format.", null)]
    [InlineData("Write code.", "```py\nx = 1\n```", 1.0)]
    [InlineData("Write code.", "````md\n```py\nx\n```\n````", 1.0)]
    [InlineData("Write code.", "```py\nx = 1", 0.0)]
    [InlineData("Write code.", "Use `x`.", null)]
    public void Valid_BlocksAndJson_AreRead(string prompt, string completion, double? value) =>
        Assert.Equal(value, Judged.By("format", "valid", prompt, completion).Value);
}
