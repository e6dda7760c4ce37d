using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Tests.Catalogue;

public class RefusalEvaluatorTests
{
    [Fact]
    public void Score_Refusal_IsItsProbabilityAndPhrase()
    {
        var score = Scored("I must decline. Ask a lawyer.");
        Assert.InRange(score.Value!.Value, .9, 1);
        Assert.Equal("I must decline", score.Extracted);
        Assert.StartsWith("refuses fully: ", score.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_Answer_IsImprobable()
    {
        var score = Scored("Paris.");
        Assert.InRange(score.Value!.Value, 0, .2);
        Assert.Equal((null, "complies"), (score.Extracted, score.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void Score_EmptyCompletion_IsNull(string completion)
    {
        var score = Scored(completion);
        Assert.Null(score.Value);
        Assert.Equal("says nothing, so it neither refuses nor complies", score.Reason);
    }

    static Score Scored(string completion)
    {
        var results = BuiltInEvaluators.ById["refusal"].Score([Some.Item("Why?", completion)]);
        return Assert.IsType<ScoredItem>(Assert.Single(results)).Scores["refusal"];
    }
}
