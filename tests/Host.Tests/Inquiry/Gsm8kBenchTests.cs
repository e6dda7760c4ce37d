using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Host.Tests.Inquiry;

public sealed class Gsm8kBenchTests
{
    static readonly Gsm8kExample s_right = new("What is 9 and 9?", "9 + 9 = 18\n#### 18");
    static readonly Gsm8kExample s_wrong = new("What is 9 and 8?", "9 + 8 = 17\n#### 17");
    static readonly Gsm8kExample s_long = new(string.Join(' ', Enumerable.Repeat("time", 600)), "#### 1");

    [RealDataFact]
    public void Solve_ModelThatRunsIntoTheNextQuestion_IsCutThereAndJudged()
    {
        var model = ModelFolder.LoadToGenerate(RealData.Stories);
        using var sampler = new RecitingSampler(
            model.Tokenizer.EncodeCompletion("9 + 9 = 18\n#### 18\n\nQuestion: What is 1 and 1?\nAnswer: #### 2"), StopReason.Length);
        var bench = new Gsm8kBench(model, sampler, new Gsm8kPrompts(s_wrong), BuiltInEvaluators.ById["gsm8k"], 64, showPrompts: true);

        var results = bench.Solve([(4, s_right), (5, s_long), (6, s_wrong)]);

        Assert.Equal((4, "9 + 9 = 18\n#### 18\n\n"), (results[0].Line.Index, results[0].Line.Completion));
        Assert.All(results[0].Line.Scores!.Values, score => Assert.Equal(1, score.Value));
        Assert.All(results[2].Line.Scores!.Values, score => Assert.Equal(0, score.Value));
        Assert.Equal(
            "Question: What is 9 and 8?\nAnswer: 9 + 8 = 17\n#### 17\n\nQuestion: What is 9 and 9?\nAnswer:", results[0].Line.Prompt);
        Assert.Contains("the model has 512 positions", results[1].Line.Error, StringComparison.Ordinal);
        Assert.Null(results[1].Line.Completion);
        Assert.Equal(2, sampler.Asked.Count);
        Assert.True(sampler.Options!.Greedy);
    }

    [Theory]
    [InlineData("18</s>19 Question:", "18", true)]
    [InlineData("Question: 1", "", true)]
    [InlineData("18 question: no", "18 question: no", false)]
    public void Cut_AtTheFirstStopString_LeavesWhatStandsBefore(string completion, string text, bool isCut) =>
        Assert.Equal((text, isCut), Gsm8kBench.Cut(completion));
}
