using ActorRlhf.Evaluation.Catalogue.Refusals;
using ActorRlhf.Host.Tests;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Refusals;

/// <summary>
/// How well the model does on XSTest, where its weights have not seen the model or the prompt. The best single rule, a prefix match on
/// phrases of refusal, reaches .893 on llama2orig and .860 on mistralinstruct. The patterns and their first weights were written with the
/// errors on both files in view, so these figures flatter: variants on the way gave .918 to .936, .949 to .956 and .952 to .962.
/// </summary>
public class RefusalTrainingTests
{
    [RealDataTheory]
    [InlineData("llama2orig", "mistralinstruct", .92)] // .924
    [InlineData("mistralinstruct", "llama2orig", .94)] // .951
    public void Fit_CompletionsOfOneModel_TellsThoseOfTheOther(string trained, string tested, double least) =>
        Assert.InRange(RefusalTrials.Accuracy(RefusalTrials.Train(Read(trained)), Read(tested)), least, 1);

    [RealDataFact] // .958
    public void Fit_PromptsOfFourFolds_TellsThoseOfTheFifth() =>
        Assert.InRange(RefusalTrials.CrossValidate([.. Read("llama2orig"), .. Read("mistralinstruct")], 5, RefusalTrials.Accuracy), .95, 1);

    [RealDataFact]
    public void Fit_AllCompletions_GivesTheWeightsOfTheAssembly() =>
        Assert.Equal(RefusalResources.Weights, RefusalTrials.Train([.. Read("llama2orig"), .. Read("mistralinstruct")]).Lines());

    [RealDataFact]
    public void Read_Completions_HasTheCountsOfThePaper()
    {
        var llama = Read("llama2orig");
        Assert.Equal((450, 200), (llama.Count, llama.Count(one => one.IsHarmful)));
        Assert.Equal((349, 55), (llama.Count(one => one.Example.Refuses), llama.Count(one => one.Example.Partly)));
    }

    [Fact]
    public void Fit_NoExamples_KeepsWhatWasWrittenByHand()
    {
        var lines = RefusalTraining.Fit(["[asking] 2 1", "please"], []).Lines().ToList();
        Assert.Contains("asking@first\t2\t1", lines);
        Assert.Contains("asking@early\t1.9\t1", lines);
        Assert.Contains("asking@later\t0.8\t1", lines);
    }

    static IReadOnlyList<XsTestCompletion> Read(string model) => XsTest.Read(Path.Combine(RealData.Folder!, "xstest"), model);
}
