using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Host.Tests.Reports;

namespace ActorRlhf.Host.Tests.Reading;

public sealed class StepRuleTests
{
    const double Exact = 1e-12;
    const int Episodes = 256;

    static readonly Recipe s_fixed = new() { Kl = new() { Coefficient = 0.5 } };
    static readonly string[] s_adaptive = ["kl.controller=adaptive", "kl.coefficient=0.2", "kl.target=6", "kl.horizon=10000"];

    [Fact]
    public async Task Of_AdaptiveController_GoesFromStepToStepOverTheLoggedKls()
    {
        var rules = await RulesAsync(
            s_adaptive,
            [ScriptedRun.Started(s_fixed), .. Step(1, 2), .. Step(2, 6), .. Step(3, 12), .. Step(4, 30)]);

        // 256 episodes of 10000. KL 2: error clipped to −.2; 6: none; 12 and 30: +.2. .2 · (1 − .2 · .0256) = .198976, and so on.
        double[] expected = [0.2, 0.198976, 0.198976, 0.19999475712, 0.2010187302764544];
        for (var step = 1; step <= 4; step++)
        {
            Assert.Equal(expected[step - 1], rules[step].KlCoefficient, Exact);
            Assert.Equal(expected[step], rules[step].NextKlCoefficient, Exact);
        }
    }

    [Fact]
    public async Task Of_SkippedStep_MovesTheControllerIfItsKlWasMeasured()
    {
        var rules = await RulesAsync(s_adaptive,
            [
                ScriptedRun.Started(s_fixed),
                Rollout(1), new StepSkipped(1, "scores", "skip"),
                Rollout(2), Kl(2, 2), new StepSkipped(2, "criticGradient", "skip"),
                .. Step(3, 6),
            ]);

        Assert.False(rules.ContainsKey(1));
        Assert.Equal(0.2, rules[2].KlCoefficient, Exact);
        Assert.Equal(0.198976, rules[3].KlCoefficient, Exact);
    }

    [Theory]
    [InlineData(1, 0.198976)]
    [InlineData(0, 0.2)]
    public async Task Of_RolledBackStep_TakesTheControllerBackToTheCheckpoint(int checkpoint, double expected)
    {
        var rules = await RulesAsync(s_adaptive,
            [
                ScriptedRun.Started(s_fixed),
                .. Step(1, 2), .. Step(2, 30),
                Rollout(3), Kl(3, 30), new StepRolledBack(3, "criticGradient", "rollback", checkpoint, Some.Hash),
                .. Step(4, 6),
            ]);

        Assert.Equal(expected, rules[4].KlCoefficient, Exact);
    }

    /// <summary>A run keeps the logic it began with: in an older one the coefficient left (0, ∞), and its log says so.</summary>
    [Theory]
    [InlineData(2, -0.2 * 0.6)]
    [InlineData(3, 0.2 * 0.01)]
    public async Task Of_MoreEpisodesThanFiveHorizons_IsThatOfTheRunsLogic(int logic, double expected)
    {
        // 256 episodes with a horizon of 32, KL below the target: 1 − .2·8 = −.6.
        var adaptive = new Recipe { Kl = new() { Controller = KlController.Adaptive, Coefficient = 0.2, Target = 6, Horizon = 32 } };
        var rules = await RulesAsync([], [ScriptedRun.Started(adaptive) with { LogicVersion = logic }, .. Step(1, 2), .. Step(2, 2)]);

        Assert.Equal(expected, rules[2].KlCoefficient, Exact);
    }

    [Fact]
    public async Task Of_Fork_HoldsEachPartToTheRecipeOfTheRunThatWroteIt()
    {
        var forked = s_fixed with { Kl = new() { Coefficient = 0.5 }, Rl = new() { Gamma = 0.5 } };
        IEvent[] history = [ScriptedRun.Started(s_fixed), .. Step(1, 2), ScriptedRun.Started(forked), .. Step(2, 2)];

        var real = await RulesAsync([], history);
        var other = await RulesAsync(["kl.coefficient=3"], history);

        Assert.Equal((1, 0.5), (real[1].Rule.Recipe.Rl.Gamma, real[2].Rule.Recipe.Rl.Gamma));
        Assert.Equal((0.5, 0.5), (real[1].KlCoefficient, real[2].KlCoefficient));
        Assert.Equal((3, 3), (other[1].KlCoefficient, other[2].KlCoefficient));
    }

    [Fact]
    public async Task Of_ForkWithACoefficientOfItsOwn_BeginsItsPartWithIt()
    {
        var forked = s_fixed with { Kl = new() { Coefficient = 0.25 } };
        IEvent[] history = [ScriptedRun.Started(s_fixed), .. Step(1, 2), ScriptedRun.Started(forked), .. Step(2, 2)];

        var rules = await RulesAsync([], history);

        Assert.Equal((0.5, 0.25), (rules[1].KlCoefficient, rules[2].KlCoefficient));
    }

    [Fact]
    public async Task Of_ForkRolledBackToItsBeginning_KeepsTheCoefficientOfItsOwn()
    {
        await using var run = await ScriptedRun.BeginAsync();
        await run.WriteAsync("parent", [ScriptedRun.Started(s_fixed), .. Step(1, 2)], []);
        var fork = ScriptedRun.Started(s_fixed with { Kl = new() { Coefficient = 0.25 } }) with
        {
            Parent = new ForkPoint("parent", 1, new StreamHead(4, Some.Hash), Some.Hash, Some.Hash),
        };
        await run.WriteAsync(
            "scripted",
            [fork, Rollout(2), Kl(2, 2), new StepRolledBack(2, "criticGradient", "rollback", 1, Some.Hash), .. Step(3, 2)],
            []);

        var rules = StepRule.Of(run.Record, CounterfactualRule.Parse([]));

        Assert.Equal((0.5, 0.25, 0.25), (rules[1].KlCoefficient, rules[2].KlCoefficient, rules[3].KlCoefficient));
    }

    static async Task<IReadOnlyDictionary<int, StepRule>> RulesAsync(string[] overrides, IEvent[] history)
    {
        await using var run = await ScriptedRun.BeginAsync();
        await run.TrainAsync([.. history.Select(fact => (0.0, fact, (double?)null))]);
        return StepRule.Of(run.Record, CounterfactualRule.Parse(overrides));
    }

    static IEvent[] Step(int step, double kl) => [Rollout(step), Kl(step, kl), Some.Updated(step, 0, (0, 0))];

    static RolloutCollected Rollout(int step) => Some.Rollout(step, [.. Enumerable.Repeat(3, Episodes)]);

    static KlMeasured Kl(int step, double kl) => Some.Kl(step, [.. Enumerable.Repeat(kl, Episodes)]);
}
