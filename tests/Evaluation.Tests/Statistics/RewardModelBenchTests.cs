using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

public class RewardModelBenchTests
{
    static readonly BenchPrompt[] Prompts =
    [
        Prompt("safety", [1, 0, 0, 0], m1: [4, 1, 2, 3], m2: [1, 1, 0, 0]),
        Prompt("safety", [1, 0, 0, 0], m1: [1, 2, 0, 0], m2: [0, 1, 1, 1]),
        Prompt("math", [1, 0], m1: [2, 1], m2: null),
    ];

    [Fact]
    public void Of_MembersAndSubsets_HaveARowEach() => Assert.Equal(
        [("m1", null), ("m1", "safety"), ("m1", "math"), ("m2", null), ("m2", "safety")], // m2 has not seen math
        RewardModelBench.Of(Prompts, [4]).Select(row => (row.Member, row.Subset)));

    [Fact]
    public void Of_Pairs_AreAccurateByPrompt()
    {
        var rows = RewardModelBench.Of(Prompts, []);
        // m1: 3/3, 2/3 and 1/1. m2: a tie and two right, 2.5/3; none, 0.
        Assert.Equal((1 + 2 / 3.0 + 1) / 3, Row(rows, "m1", null).Pairs!.Accuracy.Value, 1e-15);
        Assert.Equal(2.5 / 6, Row(rows, "m2", "safety").Pairs!.Accuracy.Value, 1e-15);
    }

    [Fact]
    public void Of_BestOfFour_IsWhetherTheChosenScoresHighest()
    {
        var rows = RewardModelBench.Of(Prompts, [2, 4]);
        // m1 finds the chosen of the first and not of the second; m2 ties it with another: ½, then 0.
        Assert.Equal((2, .5), (Row(rows, "m1", "safety").BestOf[4].Count, Row(rows, "m1", "safety").BestOf[4].Mean));
        Assert.Equal(.25, Row(rows, "m2", "safety").BestOf[4].Mean, 1e-15);
        // Math has two candidates only.
        Assert.Equal([2], Row(rows, "m1", "math").BestOf.Keys);
        Assert.Equal(2, Row(rows, "m1", null).BestOf[4].Count);
    }

    [Fact]
    public void Of_NoPrompts_HasNoRows() => Assert.Empty(RewardModelBench.Of([], [4]));

    static RewardModelBenchRow Row(IReadOnlyList<RewardModelBenchRow> rows, string member, string? subset) =>
        rows.Single(row => row.Member == member && row.Subset == subset);

    static BenchPrompt Prompt(string subset, double[] gold, double[] m1, double[]? m2)
    {
        var scores = new Dictionary<string, IReadOnlyList<double>> { ["m1"] = m1 };
        if (m2 is not null) scores["m2"] = m2;
        return new BenchPrompt(subset, gold, scores);
    }
}
