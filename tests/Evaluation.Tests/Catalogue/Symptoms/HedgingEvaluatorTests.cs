namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class HedgingEvaluatorTests
{
    [Theory]
    [InlineData("Paris is the capital. It has two million people.", 0.0, 0.0, 0.0)]
    [InlineData("It depends. Paris might be fine. Rome is old. Go there.", .5, .5, 0.0)]
    [InlineData("As an AI language model, I don't have personal opinions. Paris is nice.", .5, 0.0, .5)]
    [InlineData("As an AI, I think so.", 1.0, 1.0, 1.0)]
    [InlineData("I cannot be certain. I can’t be sure.", 1.0, 0.0, 1.0)]
    [InlineData("You should consult a qualified healthcare professional. Rest.", .5, 0.0, .5)]
    [InlineData("I am not entirely sure.", 1.0, 1.0, 0.0)]
    [InlineData("I'm not a lawyer, but this is not legal advice.", 1.0, 0.0, 1.0)]
    [InlineData("In May 2020 the might of Rome was gone.", 1.0, 1.0, 0.0)] // the noun is not told from the verb
    [InlineData("In May 2020 Rome was empty.", 0.0, 0.0, 0.0)]
    [InlineData("The mighty river likelihoods unlikely.", 0.0, 0.0, 0.0)]
    [InlineData("```\nperhaps = maybe\n```\nDone.", 0.0, 0.0, 0.0)]
    public void Hedging_Sentences_AreTheirShare(string completion, double hedging, double doubt, double evasion)
    {
        Assert.Equal(hedging, Judged.By("hedging", "hedging", "?", completion).Value);
        Assert.Equal(doubt, Judged.By("hedging", "doubt", "?", completion).Value);
        Assert.Equal(evasion, Judged.By("hedging", "evasion", "?", completion).Value);
    }

    [Fact]
    public void Hedging_Phrase_IsQuotedAsItStands() =>
        Assert.Equal("Depends, on", Judged.By("hedging", "doubt", "?", "Well: It Depends, on luck.").Extracted?[3..]);

    [Theory]
    [InlineData("")]
    [InlineData("```\nx\n```")]
    public void Hedging_NoSentence_DoesNotApply(string completion) => Assert.Null(Judged.By("hedging", "hedging", "?", completion).Value);
}
