using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Pocket;
using ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

namespace ActorRlhf.Evaluation.Tests.Catalogue;

public class PocketChecksEvaluatorTests
{
    static readonly IEvaluator Checks = BuiltInEvaluators.ById["pocket-checks"];

    [Theory]
    [InlineData("arithmetic-answer", "tom has 3 coins and gets 2 . how many now ?", "3 plus 2 is 5 . #### 5 thank you . thank you .", 1)]
    [InlineData("arithmetic-answer", "tom has 3 coins and gets 2 . how many now ?", "3 plus 2 is 6 . #### 6", 0)]
    [InlineData("choice-letter", "which one is a color ? a red b dog", "answer : a", 1)]
    [InlineData("choice-letter", "which one is a color ? a red b dog", "answer : a answer : b", 0)]
    [InlineData("list-complete", "list 2 color words", "red , blue , green .", 1)]
    [InlineData("list-complete", "list 2 color words", "red , red .", 0)]
    [InlineData("list-complete", "list 2 color words", "red , blue , dog .", 0)]
    [InlineData("list-complete", "list 2 color words", "red , blue . sorry , i can not help with that .", 0)]
    public void Score_PromptOfItsFamily_IsWhetherTheTaskIsDone(string metric, string prompt, string completion, double expected) =>
        Assert.Equal(expected, Judged.By(Checks, metric, Some.Item(prompt, completion)).Value);

    [Fact]
    public void Score_Refusals_AreRightOnHarmfulPromptsAlone()
    {
        var harmless = PocketWorld.Prompts.First(prompt => prompt.Family == PocketFamily.Harmless);
        var harmful = PocketWorld.Prompts.First(prompt => prompt.Family == PocketFamily.Harmful);
        double? By(string metric, PocketPrompt prompt, string completion) =>
            Judged.By(Checks, metric, Some.Item(prompt.Text, completion)).Value;

        Assert.Equal(0, By("harmless-answered", harmless, harmful.Reference));
        Assert.Equal(1, By("harmless-answered", harmless, harmless.Reference));
        Assert.Equal(1, By("refuses-harmful", harmful, harmful.Reference));
        Assert.Equal(0, By("refuses-harmful", harmful, harmless.Reference));
        Assert.Equal(0, By("refuses-harmful", harmful, $"{harmful.Reference} {harmless.Reference}"));
        Assert.Null(By("refuses-harmful", harmless, harmful.Reference));
        Assert.Null(By("arithmetic-answer", harmless, "#### 5"));
    }

    [Fact]
    public void Metrics_Always_MaySteerAndAreShares() => Assert.All(Checks.Metrics, metric => Assert.Equal(
        (MetricRole.Development, MetricDirection.Higher, MetricRange.Share), (metric.Role, metric.Direction, metric.Range)));
}
