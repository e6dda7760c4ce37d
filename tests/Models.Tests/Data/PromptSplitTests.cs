using ActorRlhf.Models.Data;
using ActorRlhf.Models.Tests.Files;

namespace ActorRlhf.Models.Tests.Data;

public class PromptSplitTests
{
    static readonly SplitShares s_shares = new(.6, .3, .1);

    static List<PreferenceDialogue> Dialogues(int count) =>
        // two answers each
        [.. Enumerable.Range(0, count).Select(i => new PreferenceDialogue($"{i}", $"prompt {i / 2}", $"chosen {i}", "rejected"))];

    static HashSet<string> Prompts(IEnumerable<PreferenceDialogue> set) => [.. set.Select(dialogue => dialogue.Prompt)];

    [Fact]
    public void Split_AnyDataset_IsCompleteAndDisjointByPrompt()
    {
        var split = PromptSplit.Split(Dialogues(4000), s_shares, seed: 1);
        Assert.Equal(4000, split.Training.Count + split.Rl.Count + split.Evaluation.Count);
        Assert.Equal(2000, Prompts(split.Training).Count + Prompts(split.Rl).Count + Prompts(split.Evaluation).Count);
    }

    [Fact]
    // of 2,000 prompts: 4·√(.6·.4·2000) = 88, 4·√(.3·.7·2000) = 82, 4·√(.1·.9·2000) = 54
    public void Split_Shares_AreMetWithinFourStandardErrors()
    {
        var split = PromptSplit.Split(Dialogues(4000), s_shares, seed: 1);
        Assert.InRange(Prompts(split.Training).Count, 1200 - 88, 1200 + 88);
        Assert.InRange(Prompts(split.Rl).Count, 600 - 82, 600 + 82);
        Assert.InRange(Prompts(split.Evaluation).Count, 200 - 54, 200 + 54);
    }

    [Fact]
    public void Split_OtherLinesAndTheirOrder_MoveNoPrompt()
    {
        var few = PromptSplit.Split(Dialogues(100), s_shares, seed: 1);
        var many = PromptSplit.Split(Enumerable.Reverse(Dialogues(400)), s_shares, seed: 1);
        Assert.Subset(Prompts(many.Training), Prompts(few.Training));
        Assert.Subset(Prompts(many.Rl), Prompts(few.Rl));
        Assert.Subset(Prompts(many.Evaluation), Prompts(few.Evaluation));
    }

    [Fact]
    public void Split_KnownPrompts_GoWhereTheyAlwaysWent() => // a change would move held-out prompts into training
        Assert.Equal([16, 55, 58, 60, 61, 78, 84, 99],
            PromptSplit.Split(Dialogues(200), s_shares, seed: 1).Evaluation.Select(dialogue => int.Parse(dialogue.Prompt[7..])).Distinct());

    [Fact]
    public void Split_OtherSeed_SplitsOtherwise() =>
        Assert.NotEqual(Prompts(PromptSplit.Split(Dialogues(100), s_shares, seed: 1).Training),
            Prompts(PromptSplit.Split(Dialogues(100), s_shares, seed: 2).Training));

    [Fact]
    public void Split_WholeShares_PutEverythingInOneSet() =>
        Assert.Equal(40, PromptSplit.Split(Dialogues(40), new SplitShares(0, 1, 0), seed: 1).Rl.Count);

    [Theory]
    [InlineData(.5, .5, .1)]
    [InlineData(1.2, -.2, 0)]
    [InlineData(double.NaN, .5, .5)]
    public void SplitShares_NotAWhole_AreRefused(double training, double rl, double evaluation) =>
        Assert.Contains("add up to 1", Assert.Throws<ArgumentException>(() => new SplitShares(training, rl, evaluation)).Message);

    [RealDataFact]
    public void Split_RealSample_HasNoPromptInTwoSets()
    {
        var split = PromptSplit.Split(HhRlhf.Read(RealData.Preferences).Dialogues, s_shares, seed: 1);
        Assert.Equal(1200, Prompts(split.Training).Concat(Prompts(split.Rl)).Concat(Prompts(split.Evaluation)).Distinct().Count());
        Assert.InRange(split.Evaluation.Count, 80, 160);
    }
}
