using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Tests;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Mathematics;

public class Gsm8kEvaluatorTests
{
    static readonly IEvaluator s_evaluator = BuiltInEvaluators.ById["gsm8k"];

    [Fact] // Ids, metric names and directions stand in logs and never change.
    public void Metrics_Evaluator_AreFrozen()
    {
        Assert.Equal(("gsm8k", "1.0.0", EvaluatorNeeds.Text), (s_evaluator.Id, s_evaluator.Version, s_evaluator.Needs));
        Assert.Equal(["strict", "flexible", "best"], s_evaluator.Metrics.Select(metric => metric.Name));
        Assert.All(s_evaluator.Metrics, metric =>
            Assert.Equal((MetricDirection.Higher, MetricRole.Heldout), (metric.Direction, metric.Role)));
    }

    [Theory]
    [InlineData("6 * 7 = 42\n#### 42", "6 * 7 = 42\n#### 42", 1, 1, 1)]
    [InlineData("The answer is 42.", "42", 0, 1, 1)]
    [InlineData("The answer is 42. Any 2 questions?", "42", 0, 0, 1)]
    [InlineData("#### 18.00", "18", 0, 0, 1)]
    [InlineData("#### 1,234", "1234", 1, 1, 1)]
    [InlineData("#### 12.50", "$12.50", 1, 1, 1)]
    [InlineData("#### 3/4", "3/4", 0, 0, 1)]
    [InlineData("I do not know", "42", 0, 0, 0)]
    public void Score_Completion_GivesAllThree(string completion, string reference, int strict, int flexible, int best)
    {
        var scores = Scores(completion, reference);
        Assert.Equal([strict, flexible, best], [scores["strict"].Value, scores["flexible"].Value, scores["best"].Value]);
    }

    [Fact]
    public void Score_Completion_SaysWhatWasExtractedAndWhy()
    {
        var scores = Scores("The answer is $1,234. Thanks for all 5.", "1234");
        Assert.Equal((null, "no number behind \"#### \""), (scores["strict"].Extracted, scores["strict"].Reason));
        Assert.Equal(("5.", "last number"), (scores["flexible"].Extracted, scores["flexible"].Reason));
        Assert.Equal(("1,234", "number of the sentence with 'answer is'"), (scores["best"].Extracted, scores["best"].Reason));
    }

    [Fact]
    public void Score_CutOffCompletion_IsNotReadForAConclusion()
    {
        var item = Some.Item("q", "5 + 3 = 8, then", EvaluationItem.StoppedByLength) with { Reference = "8" };
        var scores = Assert.IsType<ScoredItem>(Assert.Single(s_evaluator.Score([item]))).Scores;
        Assert.Equal((0, "cut off before an answer was marked"), (scores["best"].Value, scores["best"].Reason));
        Assert.Equal(1, scores["flexible"].Value);
    }

    [Theory]
    [InlineData(null, "reference is missing")]
    [InlineData("", "reference is \"\"")]
    [InlineData("many", "reference is \"many\"")]
    [InlineData("40 or 42", "reference is \"40 or 42\"")]
    [InlineData("48 clips\n#### none", "#### none")]
    public void Score_UnreadableReference_FailsAndSaysWhatWasExpected(string? reference, string error)
    {
        var failed = Assert.IsType<FailedItem>(Assert.Single(s_evaluator.Score([Some.Item("q", "a") with { Reference = reference }])));
        Assert.Contains(error, failed.Error, StringComparison.Ordinal);
        Assert.Contains("expected a GSM8K answer", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_HugeNumber_IsShortened()
    {
        var digits = new string('7', 100_000);
        Assert.All(Scores(digits, "7").Values, score => Assert.True(score.Value == 0 && (score.Extracted?.Length ?? 0) <= 81));
    }

    [RealDataTheory]
    [InlineData("train.jsonl")]
    [InlineData("test.jsonl")]
    public void Score_EveryPublishedAnswer_IsRight(string file)
    {
        var items = Gsm8kFiles.Read(file)
            .Select(example => Some.Item(example.Question, example.Answer) with { Reference = example.Answer });
        Assert.All(s_evaluator.Score([.. items]), result =>
            Assert.All(Assert.IsType<ScoredItem>(result).Scores.Values, score => Assert.Equal(1, score.Value)));
    }

    static IReadOnlyDictionary<string, Score> Scores(string completion, string reference) =>
        Assert.IsType<ScoredItem>(Assert.Single(s_evaluator.Score([Some.Item("q", completion) with { Reference = reference }]))).Scores;
}
