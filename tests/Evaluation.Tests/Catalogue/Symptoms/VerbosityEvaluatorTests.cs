using ActorRlhf.Evaluation.Catalogue;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class VerbosityEvaluatorTests
{
    const string TenWords = "The sun is a star. It is very, very hot.";

    [Theory]
    [InlineData("What is the sun?", null)]
    [InlineData("What is the sun? Answer in one sentence.", 5.0)]
    [InlineData("What is the sun, in 2 sentences?", 0.0)]
    [InlineData("Use the word sun in a sentence.", 5.0)]
    [InlineData("What is a sentence?", null)]
    [InlineData("Describe the sun in 4 words.", 6.0)]
    [InlineData("Describe the sun in four words or less.", 6.0)]
    [InlineData("Give me a 3-word description of the sun.", 7.0)]
    [InlineData("Use no more than 8 words.", 2.0)]
    [InlineData("Write at least 4 words about the sun.", null)]
    [InlineData("Use more than 4 words.", null)]
    [InlineData("Use no fewer than 4 words.", null)]
    [InlineData("Write an 8-word summary.", 2.0)]
    [InlineData("What do these five words mean?", null)]
    [InlineData("List ten words that rhyme with sun.", null)]
    [InlineData("Briefly, what is the sun?", 0.0)]
    [InlineData("in one word , what is the color of snow ?", 9.0)]
    public void ExcessWords_LengthAskedFor_IsWhatIsBeyond(string prompt, double? excess) =>
        Assert.Equal(excess, Judged.By("verbosity", "excess-words", prompt, TenWords).Value);

    [Fact]
    public void ExcessWords_OneParagraph_CountsTheNext() =>
        Assert.Equal(4, Judged.By("verbosity", "excess-words", "Use one paragraph.", "One here.\nStill one.\n\nNow it is two.").Value);

    [Theory]
    [InlineData("6", "What is the sun?", 4.0)]
    [InlineData("6", "Describe the sun in 4 words.", 6.0)]
    [InlineData("0", "What is the sun?", null)]
    public void ExcessWords_Budget_IsALimitToo(string budget, string prompt, double? excess)
    {
        var evaluator = BuiltInEvaluators.Catalogue["verbosity"].With(new Dictionary<string, string> { ["budget"] = budget });
        Assert.Equal(excess, Judged.By(evaluator, "excess-words", Some.Item(prompt, TenWords)).Value);
    }

    [Fact]
    public void Create_BudgetBelowZero_Throws() => Assert.Throws<EvaluatorSettingException>(() =>
        BuiltInEvaluators.Catalogue["verbosity"].With(new Dictionary<string, string> { ["budget"] = "-1" }));

    [Theory]
    [InlineData("The sun is hot.", 0.0)]
    [InlineData(TenWords, .2)]                                                        // very, very
    [InlineData("It is important to note that the sun is hot.", .6)]                  // 6 of 10
    [InlineData("It’s important to note that it shines.", 5 / 7.0)]
    [InlineData("Sure! The sun shines. I hope this helps! Let me know if you have any other questions.", 14 / 17.0)]
    [InlineData("", null)]
    public void Filler_Phrases_AreTheirShareOfWords(string completion, double? share) =>
        Assert.Equal(Rounded(share), Rounded(Judged.By("verbosity", "filler", "What is the sun?", completion).Value));

    [Fact]
    public void Verbosity_ExcessAndFiller_IsTheLargerShare() =>
        Assert.Equal(.5, Judged.By("verbosity", "verbosity", "Answer in one sentence.", TenWords).Value);

    [Fact]
    public void ToReference_Reference_IsTheRatio() => Assert.Equal(2.5, Judged.By(
        BuiltInEvaluators.ById["verbosity"], "to-reference", Some.Item("?", TenWords) with { Reference = "A very hot star." }).Value);

    [Fact]
    public void ToReference_NoReference_DoesNotApply() => Assert.Null(Judged.By("verbosity", "to-reference", "?", TenWords).Value);

    [Theory]
    [InlineData("It's 3.14, isn't it? well-known: max_len", 7.0)]
    [InlineData("今日は晴れ", 5.0)]
    [InlineData("Привет, мир!", 2.0)]
    [InlineData("```c\nint x;\n```", 3.0)]
    [InlineData("\0\uD800 \uDC00", 0.0)]
    public void Words_Text_AreCounted(string completion, double words) =>
        Assert.Equal(words, Judged.By("verbosity", "words", "?", completion).Value);

    static double? Rounded(double? value) => value is { } number ? Math.Round(number, 12) : null;
}
