using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Tests.Runs.Counterfactual;

public sealed class CounterfactualRuleTests
{
    static readonly Recipe s_recipe = Some.Recipe("reward.members=3");

    public static TheoryData<string> OtherKeys => [.. RecipeKeys.All.Select(key => key.Name).Except(CounterfactualRule.Keys)];

    [Fact]
    public void Keys_ButTheMember_AreKeysOfARecipeThatDetermineTheResult() =>
        Assert.All(
            CounterfactualRule.Keys.Where(key => key != CounterfactualRule.MemberKey),
            name => Assert.True(RecipeKeys.All.Single(key => key.Name == name).DeterminesResult));

    [Theory]
    [MemberData(nameof(OtherKeys))]
    public void Parse_AnotherKeyOfARecipe_IsRefusedByName(string key)
    {
        var refused = Assert.Throws<RecipeException>(() => CounterfactualRule.Parse(["kl.coefficient=1", $" {key} = 1"]));

        Assert.Equal(("--set", key), (Assert.Single(refused.Problems).File, refused.Problems[0].Key));
        Assert.Contains("changed what was sampled or learned", refused.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"fork RUN --at STEP --set {key}",
            refused.Message.Replace("  ", " ", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reward.lambda=x", "reward.lambda: 'x' is not a number from 0 to 1000")]
    [InlineData("reward.aggregation=median", "reward.aggregation: 'median' is not one of")]
    [InlineData("rl.dualClip=0.5", "rl.dualClip: '0.5' is not 0 (off) or a number above 1")]
    [InlineData("kl.estimator=k3", "kl.estimator: 'k3' is not k1, the estimate whose penalty in the reward has the gradient of a KL")]
    [InlineData("reward.membr=1", "did you mean 'reward.members'")]
    [InlineData("reward.member=3", "reward.member: '3' is not a whole number from 0 to 2")]
    [InlineData("reward.member=-1", "reward.member: '-1' is not")]
    [InlineData("reward.member=", "reward.member: '' is not")]
    [InlineData("reward.member=1.0", "did you mean '1'")]
    [InlineData("reward.member", "write key=value")]
    [InlineData("=1", "a key of a recipe")]
    public void In_ValueThatIsNotAllowed_IsRefused(string setting, string expected)
    {
        var refused = Assert.Throws<RecipeException>(() => In(setting));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_AdaptiveControllerWithoutTarget_BreaksTheRecipesOwnRule()
    {
        var refused = Assert.Throws<RecipeException>(() => In("kl.controller=adaptive", "kl.target=0"));
        Assert.Contains("kl.target", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_Nothing_IsTheRunsOwnRecipe() => Assert.Equal(new RuleInForce(s_recipe, 0), In());

    [Fact]
    public void In_Values_ChangeTheirKeysAndNothingElse() => Assert.Equal(
        s_recipe with { Kl = s_recipe.Kl with { Coefficient = 0.25 }, Rl = s_recipe.Rl with { WhitenRewards = true } },
        In("kl.coefficient=1", "rl.whitenRewards=true", "kl.coefficient=0.25").Recipe);

    [Fact]
    public void In_RunThatBeganWithARetiredValue_KeepsItOrTakesAnother()
    {
        var began = Some.RecipeWithK3();

        Assert.Equal(new RuleInForce(began, 0), CounterfactualRule.Parse([]).In(began.ToYaml(), "run"));
        Assert.Equal(KlEstimator.K1, CounterfactualRule.Parse(["kl.estimator=k1"]).In(began.ToYaml(), "run").Recipe.Kl.Estimator);
    }

    [Fact]
    public void In_Member_IsASingleRewardModel()
    {
        var rule = In("reward.member=2");

        Assert.Equal((RewardAggregation.Single, 2), (rule.Recipe.Reward.Aggregation, rule.Member));
        Assert.Equal([5, 6], rule.Aggregate([[1, 2], [3, 4], [5, 6]]));
    }

    [Fact]
    public void In_MemberBesideAnotherAggregation_IsRefused()
    {
        Assert.Contains(
            "reward.aggregation: 'mean' is not single",
            Assert.Throws<RecipeException>(() => In("reward.member=1", "reward.aggregation=mean")).Message,
            StringComparison.Ordinal);
        Assert.Equal(1, In("reward.member=1", "reward.aggregation=single").Member);
    }

    // Hand-worked: of (1, 3, 5) mean 3, least 1, population variance (4 + 0 + 4)/3; λ 0.75 takes 2 off the mean.
    [Theory]
    [InlineData("mean", 3)]
    [InlineData("worst-case", 1)]
    [InlineData("uncertainty-weighted", 1)]
    [InlineData("single", 1)]
    public void Aggregate_Rule_IsTheOneThatWasSet(string aggregation, double expected) =>
        Assert.Equal(expected, In($"reward.aggregation={aggregation}", "reward.lambda=0.75").Aggregate([[1], [3], [5]])[0], 1e-12);

    [Fact]
    public void Describe_Rule_IsCanonicalInKeysAndValues()
    {
        string[] overrides = ["rl.lambda=0.950", "reward.member= 01", "kl.coefficient=3", "kl.coefficient=1e-2"];
        var rule = CounterfactualRule.Parse(overrides);

        Assert.Equal([new("reward.member", "1"), new("kl.coefficient", "0.01"), new("rl.lambda", "0.95")], rule.Describe(In(overrides)));
    }

    static RuleInForce In(params string[] overrides) => CounterfactualRule.Parse(overrides).In(s_recipe.ToYaml(), "run");
}
