using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Tests.Evaluators;

/// <summary>Built-in evaluators by another name.</summary>
public sealed class BuiltInTests
{
    static readonly EvaluatorJudges s_judges = new(new EvaluatorRunner("none", [], []), sandbox: Sandbox.None("not needed"));

    [Fact]
    public async Task Discover_OwnName_IsThatEvaluatorUnderIt()
    {
        var found = await DiscoverAsync("length", "own-length");
        var judge = s_judges.Create(found);
        var item = new EvaluationItem("0", "p", "four") { StopReason = EvaluationItem.StoppedByEos, TokenCount = 4 };
        var result = Assert.Single(await judge.ScoreAsync([item], default));
        Assert.Equal(("own-length", "own-length"), (found.Description.Id, judge.Description.Id));
        Assert.Equal(BuiltInEvaluators.ById["length"].Metrics, found.Description.Metrics);
        Assert.Equal(found.Description.Metrics.Select(metric => metric.Name), ((ScoredItem)result).Scores.Keys);
    }

    [Theory]
    [InlineData("lenght", "there are apology, diversity")]
    [InlineData("length", "there is no setting 'x'", "x=1")]
    [InlineData("length", "'x' is no setting, expected name=value", "x")]
    public async Task Discover_Impossible_IsRefused(string name, string reason, params string[] settings) => Assert.Contains(
        reason, (await Assert.ThrowsAsync<EvaluatorRefusedException>(() => DiscoverAsync(name, null, settings))).Reason);

    [Fact]
    public async Task Create_OtherBuild_IsRefused()
    {
        var found = await DiscoverAsync("length", null);
        var other = found with { Description = found.Description with { Hash = default } };
        Assert.Contains("this build's evaluators", Assert.Throws<EvaluatorRefusedException>(() => s_judges.Create(other)).Reason);
    }

    static Task<InjectedEvaluator> DiscoverAsync(string name, string? id, params string[] settings) => s_judges.DiscoverAsync(
        new EvaluatorSource(EvaluatorKind.BuiltIn, name, settings, []), EvaluatorLimits.Default, id, null, null, default);
}
