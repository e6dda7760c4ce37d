using System.Runtime.InteropServices;
using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Tests.Runs.Counterfactual;

/// <summary>
/// Real runs of several rules: under its own rule a step is what was logged, and under another one what a run of that rule logged.
/// </summary>
public sealed class CounterfactualStepTests(RunsOfRules runs) : IClassFixture<RunsOfRules>
{
    public static TheoryData<string> Rules => [.. RunsOfRules.Overrides.Keys];

    public static TheoryData<string, string> Pairs => new()
    {
        { "plain", "adaptive" }, { "plain", "clipped" }, { "plain", "losses" }, { "adaptive", "plain" },
        { "adaptive", "clipped" }, { "clipped", "losses" }, { "losses", "adaptive" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Recompute_RunsOwnRule_IsTheLogBitForBit(string name)
    {
        var run = await runs.ReadAsync(name);
        foreach (var rule in new[] { CounterfactualRule.Parse([]), CounterfactualRule.Parse(OwnValues(run.Recipe)) })
        {
            var rules = StepRule.Of(run, rule);
            var steps = StepRecord.Of(run, _ => true).ToArray();
            Assert.Equal(4, steps.Count(step => step.Updated is not null));
            Assert.All(steps, step => AssertLogged(step, RecomputedStep.Of(step, step.Tokens(), rules[step.Step])));
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Of_RunsOwnRule_ChangesNothing(string name)
    {
        var steps = CounterfactualStep.Of(await runs.ReadAsync(name), CounterfactualRule.Parse([]), _ => true).ToArray();

        Assert.Equal([1, 2, 3, 4], steps.Select(step => step.Step));
        Assert.All(steps, step =>
        {
            Assert.Equal(step.Real, step.Counterfactual);
            var advantages = Math.Round(step.RankCorrelation!.Value, 12);
            var rewards = Math.Round(step.RewardRankCorrelation!.Value, 12);
            Assert.Equal((1.0, 0.0, 1.0), (advantages, step.AdvantageSignChanges, rewards));
        });
    }

    /// <summary>
    /// Nothing before the first update depends on the rule, so the counterfactual
    /// of one run's first step is the first step of a real run of the other rule.
    /// </summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Recompute_FirstStepUnderAnotherRule_IsWhatARunOfThatRuleLogged(string name, string other)
    {
        var (run, twin) = (await runs.ReadAsync(name), await runs.ReadAsync(other));
        // The learning rate is no rule that can be asked about, and does nothing before the first update.
        var rule = CounterfactualRule.Parse(OwnValues(twin.Recipe));
        var (mine, theirs) = (StepRecord.Of(run, step => step == 1).Single(), StepRecord.Of(twin, step => step == 1).Single());
        var (tokens, logged) = (mine.Tokens(), theirs.Tokens());
        Assert.Equal(theirs.Rollout!.Artefact, mine.Rollout!.Artefact);

        var recomputed = RecomputedStep.Of(mine, tokens, StepRule.Of(run, rule)[1]);

        AssertSameBits(logged.Rewards, recomputed.Advantages.Rewards);
        AssertSameBits(logged.AdvantagesRaw, recomputed.Advantages.AdvantagesRaw);
        AssertSameBits(logged.Advantages, recomputed.Advantages.Advantages);
        AssertSameBits(logged.Returns, recomputed.Advantages.Returns);
        var (first, theirFirst) = (recomputed.Updated.Minibatches[0], theirs.Updated!.Minibatches[0]);
        Assert.Equal((theirFirst.PolicyLoss, theirFirst.ValueLoss), (first.PolicyLoss, first.ValueLoss));
        Assert.Equal(
            (theirs.Kl!.CoefficientBefore, theirs.Kl.CoefficientAfter),
            (recomputed.Kl.CoefficientBefore, recomputed.Kl.CoefficientAfter));
        Assert.Equal(
            (theirs.Updated.RewardMean, theirs.Updated.NonScoreRewardMean, theirs.Updated.ReturnMean),
            (recomputed.Updated.RewardMean, recomputed.Updated.NonScoreRewardMean, recomputed.Updated.ReturnMean));
    }

    [Theory]
    [InlineData("skip", "skipped: scores (constant)")]
    [InlineData("rollback", "rolled back to step 2: scores (constant)")]
    public async Task Of_StepThatWasNotApplied_SaysSoAndTheOthersAreTheLogs(string policy, string reason)
    {
        await using var host = await RunsHost.StartAsync(children: pool =>
            new FalsifiedChildren(new RunChildrenFactory(pool), reply: Falsified.Answer("reward-constant", 3)));
        // Nine held-out prompts tell their scores from those of the eight episodes.
        string[] overrides = [.. RunsOfRules.Overrides["adaptive"], $"rl.onNonFinite={policy}", "evaluation.prompts=9"];
        var run = await host.TrainAsync("faulty", RunsOfRules.Recipe(overrides));

        var steps = CounterfactualStep.Of(run, CounterfactualRule.Parse([]), _ => true).ToArray();
        var summary = CounterfactualSummary.Of("faulty", new Dictionary<string, string>(), steps);

        Assert.Equal([null, null, reason, null], steps.Select(step => step.NotApplied));
        var third = steps[2];
        Assert.Equal(
            (null, null, null, null, null),
            (third.Real, third.Counterfactual, third.RankCorrelation, third.AdvantageSignChanges, third.RewardRankCorrelation));
        var rules = StepRule.Of(run, CounterfactualRule.Parse([]));
        Assert.All(
            StepRecord.Of(run, step => step != 3),
            step => AssertLogged(step, RecomputedStep.Of(step, step.Tokens(), rules[step.Step])));
        Assert.Equal((3, 1), (summary.Steps, summary.NotApplied));
    }

    [Fact]
    public async Task Of_Wanted_GivesTheseStepsWithTheChainBehindThem()
    {
        var run = await runs.ReadAsync("adaptive");
        var rule = CounterfactualRule.Parse(["kl.coefficient=2", "kl.target=0.5", "kl.horizon=100"]);

        var all = CounterfactualStep.Of(run, rule, _ => true).ToArray();
        var last = Assert.Single(CounterfactualStep.Of(run, rule, step => step == 4));

        Assert.Equal(all[3].Counterfactual, last.Counterfactual);
        Assert.Equal(2, all[0].Counterfactual!["kl/coefficient"]);
        Assert.NotEqual(2, last.Counterfactual!["kl/coefficient"]);
    }

    static void AssertLogged(StepRecord step, RecomputedStep again)
    {
        var logged = step.Tokens();
        Assert.Null(again.Fault);
        AssertSameBits(logged.Rewards, again.Advantages.Rewards);
        AssertSameBits(logged.AdvantagesRaw, again.Advantages.AdvantagesRaw);
        AssertSameBits(logged.Advantages, again.Advantages.Advantages);
        AssertSameBits(logged.Returns, again.Advantages.Returns);
        AssertSameBits(
            [step.Scored!.Result.Values, step.Kl!.K1.Values, step.Kl.K3.Values],
            [again.Scored.Result.Values, again.Kl.K1.Values, again.Kl.K3.Values]);
        Assert.Equal(step.Kl with { K1 = default, K3 = default }, again.Kl with { K1 = default, K3 = default });
        Assert.Equal((step.Scored.Aggregation, step.Scored.Lambda), (again.Scored.Aggregation, again.Scored.Lambda));
        Assert.Equal(step.Updated!.Minibatches, again.Updated.Minibatches);
        Assert.Equal(step.Updated, again.Updated with { Minibatches = step.Updated.Minibatches });
    }

    static void AssertSameBits(double[][] expected, double[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected, (row, i) => Assert.True(
            MemoryMarshal.AsBytes<double>(row).SequenceEqual(MemoryMarshal.AsBytes<double>(actual[i])),
            $"row {i}: {string.Join(" ", row)} was logged, {string.Join(" ", actual[i])} computed"));
    }

    /// <summary>Every key that may be set, at a recipe's own value, unless nobody may ask for that any more.</summary>
    static string[] OwnValues(Recipe recipe) =>
    [
        .. RecipeKeys.All
            .Where(key => CounterfactualRule.Keys.Contains(key.Name))
            .Select(key => $"{key.Name}={key.Value(recipe)}")
            .Where(setting => setting != "kl.estimator=k3"),
        .. recipe.Reward.Aggregation is Models.Numerics.RewardAggregation.Single ? ["reward.member=0"] : Array.Empty<string>(),
    ];
}
