using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class EntropyEvaluatorTests
{
    static readonly IEvaluator Entropy = BuiltInEvaluators.ById["entropy"];

    [Fact]
    public void Score_LogProbs_GivesNatsPerTokenAndOfAll()
    {
        var item = Some.Item("?", "a b c d") with { LogProbs = [-.5f, -1.5f, -0f, -2f] }; // sum −4 of 4 tokens
        Assert.Equal(1, Judged.By(Entropy, "entropy", item).Value);
        Assert.Equal(-4, Judged.By(Entropy, "log-prob", item).Value);
    }

    [Fact]
    public void Score_NoTokens_DoesNotApply() =>
        Assert.Null(Judged.By(Entropy, "entropy", Some.Item("?", "") with { LogProbs = [] }).Value);

    [Theory]
    [InlineData(float.NaN, "logProbs[1] is NaN")]
    [InlineData(float.NegativeInfinity, "logProbs[1] is -Infinity")]
    [InlineData(.5f, "logProbs[1] is 0.5")]
    public void Score_NoLogProb_FailsAndNamesIt(float logProb, string error)
    {
        var failed = Assert.IsType<FailedItem>(Entropy.Score([Some.Item("?", "a b") with { LogProbs = [-1, logProb] }])[0]);
        Assert.Contains(error, failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_LogProbsMissing_Fails() => Assert.IsType<FailedItem>(Entropy.Score([Some.Item("?", "a")])[0]);

    [Fact]
    public void Needs_LogProbs_AreDeclared() => Assert.Equal(EvaluatorNeeds.Text | EvaluatorNeeds.LogProbs, Entropy.Needs);
}
