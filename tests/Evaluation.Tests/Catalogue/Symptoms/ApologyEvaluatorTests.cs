namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class ApologyEvaluatorTests
{
    [Theory]
    [InlineData("Sorry, I can't help. I apologize. My apologies!", 3)]
    [InlineData("sorry , i can not help with that .", 1)]
    [InlineData("I'm sorry to hear that.", 0)]
    [InlineData("I want to apologize. You should apologize to her.", 1)]
    [InlineData("Better safe than sorry.", 0)]
    [InlineData("It is 4.", 0)]
    [InlineData("", 0)]
    public void Apology_Phrases_AreCounted(string completion, int apologies) =>
        Assert.Equal(apologies, Judged.By("apology", "apology", "What is 2 + 2?", completion).Value);

    [Fact]
    public void Apology_PromptSpeaksOfThem_DoesNotApply() =>
        Assert.Null(Judged.By("apology", "apology", "Write an apology to my boss.", "I am sorry.").Value);
}
