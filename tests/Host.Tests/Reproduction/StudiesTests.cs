using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Reproduction;

namespace ActorRlhf.Host.Tests.Reproduction;

public sealed class StudiesTests
{
    public static TheoryData<string> Names => [.. Studies.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Conditions_OfEveryStudy_AreValidRecipesThatDiffer(string name)
    {
        var runs = Studies.All.Single(study => study.Name == name).Runs(2);
        Assert.All(runs, run => Assert.Empty(WorldCheck.Problems(run.Recipe)));
        Assert.Equal(runs.Count, runs.Select(run => run.Recipe.Hash()).Distinct().Count());
    }

    [Fact]
    public void Ids_OfAllStudies_AreUnique()
    {
        var ids = Studies.All.SelectMany(study => study.Runs(5)).Select(run => run.Id.Value).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Id_OfARun_IsMadeOfStudyConditionSeedAndRecipe()
    {
        var study = new Study("few", "", "", "pocket-tiny", ["rl.steps=3"], [new StudyCondition("a", "kl.coefficient=0.1")], null!);
        var run = new StudyRun(study, study.Conditions[0], 4);
        Assert.StartsWith("few-a-s4-", run.Id.Value, StringComparison.Ordinal);
        Assert.Equal(run.Id, (run with { Study = study with { Finding = "said otherwise" } }).Id);
        Assert.NotEqual(run.Id, (run with { Study = study with { Overrides = ["rl.steps=4"] } }).Id);
    }

    [Fact]
    public void Runs_OfAStudy_GoSeedAfterSeed()
    {
        var study = new Study("few", "", "", "pocket-tiny", [], [new StudyCondition("a"), new StudyCondition("b", "rl.steps=3")], null!);
        Assert.Equal(["a0", "b0", "a1", "b1"], study.Runs(2).Select(run => $"{run.Condition.Name}{run.Seed}"));
    }
}
