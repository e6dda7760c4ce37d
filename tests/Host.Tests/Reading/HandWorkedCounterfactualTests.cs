using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Host.Tests.Reports;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Host.Tests.Reading;

/// <summary>
/// One step of four completions, small enough to be worked out by hand: three of one token, one of two. γ = λ = 1 and all values are
/// 0, so an advantage is the sum of the rewards from its token on.
/// </summary>
/// <remarks>
/// Δ = log-prob − reference: 0; 1; 0; .5 and 0. Members' scores: (1, 3), (2, 0), (3, 3), (4, −2).
/// The real rule is the mean, (2, 1, 3, 1), with β .5 and k1: rewards 2; 1 − .5 = .5; 3; −.25 and 1.
/// Advantages 2; .5; 3; .75 and 1: mean 1.45, squares of the deviations .3025 + .9025 + 2.4025 + .49 + .2025 = 4.3, variance 4.3/4.
/// One minibatch in which only the first token has moved, to a ratio of 2; the critic still says 0.
/// </remarks>
public sealed class HandWorkedCounterfactualTests
{
    const double Rounding = 1e-6;                     // log-probs are float32, and whitening adds 1e-8 to the variance

    static readonly Recipe s_recipe = new()
    {
        Reward = new() { Members = 2 },
        Rl = new() { Steps = 1, Episodes = 4, Epochs = 1, Lambda = 1, MissingEosPenalty = 0 },
        Kl = new() { Coefficient = 0.5 },
    };

    [Fact]
    public async Task Of_TheRunsOwnRule_IsTheWorkedOutStep()
    {
        var step = await StepAsync();

        Assert.Equal(step.Real!.Keys, step.Counterfactual!.Keys);
        Assert.All(step.Real, figure => Same(step, figure.Key, figure.Value));
        // Whole rewards (2 + .5 + 3 + .75)/4; scores (2 + 1 + 3 + 1)/4; their difference is −β · KL = −.5 · (0 + 1 + 0 + .5)/4.
        Same(step, "objective/rlhf_reward", 1.5625);
        Same(step, "objective/scores", 1.75);
        Same(step, "objective/non_score_reward", -0.1875);
        Same(step, "kl", 0.375);
        Same(step, "advantageMean", 1.45);
        Same(step, "advantageDeviation", Math.Sqrt(4.3 / 4));
        // Returns are the advantages, since values are 0. ½ · mean of their squares: ½ · (4 + .25 + 9 + .5625 + 1)/5.
        Same(step, "val/return_mean", 1.45);
        Same(step, "loss/value_avg", 1.48125);
        // Whitened advantages sum to 0, so all that counts is the first, .55/√1.075, whose ratio is clipped from 2 to 1.2: −.2 · A/5.
        Same(step, "loss/policy_avg", -0.2 * 0.55 / Math.Sqrt(1.075) / 5);
        Same(step, "policy/clipfrac_avg", 0.2);
        Assert.Equal((1, 0, 1), (step.RankCorrelation, step.AdvantageSignChanges, step.RewardRankCorrelation));
    }

    [Fact]
    public async Task Of_FirstMember_IsTheWorkedOutStep()
    {
        var step = await StepAsync("reward.member=0");

        // Scores 1, 2, 3, 4: rewards 1; 1.5; 3; −.25 and 4. Advantages 1; 1.5; 3; 3.75 and 4: mean 13.25/5 = 2.65.
        Same(step, "objective/rlhf_reward", 9.25 / 4);
        Same(step, "objective/scores", 2.5);
        Same(step, "objective/non_score_reward", -0.1875);
        Same(step, "advantageMean", 2.65);
        // Deviations −1.65, −1.15, .35, 1.1, 1.35: squares 2.7225 + 1.3225 + .1225 + 1.21 + 1.8225 = 7.2.
        Same(step, "advantageDeviation", Math.Sqrt(7.2 / 4));
        Same(step, "loss/value_avg", (1 + 2.25 + 9 + 14.0625 + 16) / 10);
        // The first advantage is negative now, so a ratio of 2 is not clipped: −(2 − 1) · A/5 with A = −1.65/√1.8.
        Same(step, "loss/policy_avg", 1.65 / Math.Sqrt(1.8) / 5);
        Same(step, "policy/clipfrac_avg", 0);
        // Signs + − + − became − − + +.
        Assert.Equal(0.5, step.AdvantageSignChanges);
        // Ranks of the means (2, 1, 3, 1): 3, 1.5, 4, 1.5; of the first member: 1, 2, 3, 4. Around 2.5: Σxy = −1, Σx² = 4.5, Σy² = 5.
        Assert.Equal(-1 / Math.Sqrt(4.5 * 5), step.RankCorrelation!.Value, 1e-12);
        // Ranks of the whole rewards (2, .5, 3, .75): 3, 1, 4, 2; now (1, 1.5, 3, 3.75): 1, 2, 3, 4. Σxy = −.75 + .75 + .75 − .75.
        Assert.Equal(0, step.RewardRankCorrelation!.Value, 1e-12);
    }

    [Fact]
    public async Task Of_UncertaintyWeighted_TakesTheVarianceOff()
    {
        var step = await StepAsync("reward.aggregation=uncertainty-weighted", "reward.lambda=1");

        // Population variances of two members are ((a − b)/2)²: 1, 1, 0, 9. Scores 1, 0, 3, −8.
        Same(step, "objective/scores", -1);
        // Their ranks 3, 2, 4, 1 beside 3, 1.5, 4, 1.5: Σxy = .25 + .5 + 2.25 + 1.5.
        Assert.Equal(4.5 / Math.Sqrt(4.5 * 5), step.RankCorrelation!.Value, 1e-12);
    }

    [Fact]
    public async Task Of_KlRule_ChangesThePenaltyAlone()
    {
        var step = await StepAsync("kl.coefficient=2");

        // Σ k1: 0, 1, 0, .5.
        Same(step, "kl", 0.375);
        Same(step, "objective/non_score_reward", -2 * 0.375);
        Same(step, "objective/scores", 1.75);
        Assert.Equal(2, step.Counterfactual!["kl/coefficient"]);
        Assert.Equal(1, step.RankCorrelation);
    }

    [Fact]
    public async Task Of_RunThatBeganWithK3_StillComputesWithIt()
    {
        var step = await StepAsync([3, 0, 3, -2], -1, KlEstimator.K3, "kl.coefficient=2");

        // k3 = e^(−Δ) − 1 + Δ: e^(−1) for Δ = 1, e^(−.5) − .5 for Δ = .5, 0 for 0.
        var kl = (Math.Exp(-1) + Math.Exp(-0.5) - 0.5) / 4;
        Same(step, "kl", kl);
        Same(step, "objective/non_score_reward", -2 * kl);
    }

    [Fact]
    public async Task Of_EosRuleAndClip_ChangeTheScoreThatEnters()
    {
        var step = await StepAsync("rl.missingEos=replace", "rl.missingEosPenalty=3", "rl.rewardClip=1.5");

        // Clipped: 1.5, 1, 1.5, 1; the second one did not end by itself: −3.
        Same(step, "score", (1.5 - 3 + 1.5 + 1) / 4);
        Same(step, "objective/scores", 1.75);
    }

    [Fact]
    public async Task Of_ClipAndLossAggregation_ChangeThePolicyLossAlone()
    {
        var step = await StepAsync("rl.lossAggregation=seq-mean-token-sum", "rl.clip=0.5");

        // ε .5 lets the ratio count up to 1.5. Token losses sum to 0 but for −.5 · A, and 1/4 is each token's weight.
        Same(step, "loss/policy_avg", -0.5 * 0.55 / Math.Sqrt(1.075) / 4);
        Assert.All(step.Real!.Where(figure => figure.Key != "loss/policy_avg"), figure => Same(step, figure.Key, figure.Value));
    }

    [Fact]
    public async Task Of_RuleUnderWhichAllScoresAreAlike_IsAStepThatTrainingWouldNotApply()
    {
        var constant = await StepAsync([3, 3, 3, 3], -1, KlEstimator.K1, "reward.member=1");

        Assert.Equal("under the other rule: scores (constant)", constant.NotApplied);
        Assert.NotNull(constant.Real);
        Assert.Null(constant.Counterfactual);
    }

    [Fact]
    public async Task Of_PenaltyThatOverflows_IsAStepThatTrainingWouldNotApply()
    {
        // Δ = −1 − 999: k3 is e^1000.
        var step = await StepAsync([3, 0, 3, -2], 999, KlEstimator.K3);

        Assert.Equal("under the other rule: advantages (not finite)", step.NotApplied);
    }

    static void Same(CounterfactualStep step, string figure, double expected) =>
        Assert.Equal(expected, step.Counterfactual![figure], Rounding);

    static Task<CounterfactualStep> StepAsync(params string[] overrides) => StepAsync([3, 0, 3, -2], -1, KlEstimator.K1, overrides);

    static async Task<CounterfactualStep> StepAsync(
        double[] secondMember, float firstReference, KlEstimator estimator, params string[] overrides)
    {
        await using var run = await ScriptedRun.BeginAsync();
        var recipe = s_recipe with { Kl = s_recipe.Kl with { Estimator = estimator } };
        var events = Events(run.Data.Artefacts, secondMember, firstReference).Select(fact => (1.0, fact, (double?)null));
        await run.TrainAsync([(0, ScriptedRun.Started(recipe), null), .. events]);
        return Assert.Single(CounterfactualStep.Of(run.Record, CounterfactualRule.Parse(overrides), _ => true));
    }

    static IEnumerable<IEvent> Events(ArtefactStore artefacts, double[] secondMember, float firstReference)
    {
        float[][] old = [[-1], [-1], [-1], [-1.5f, -1]];
        float[][] reference = [[firstReference], [-2], [-1], [-2, -1]], values = [[0], [0], [0], [0, 0]];
        double[][] rewards = [[2], [.5], [3], [-.25, 1]], advantages = [[2], [.5], [3], [.75, 1]];
        double[][] whitened = [.. advantages.Select(row => row.Select(a => (a - 1.45) / Math.Sqrt(1.075)).ToArray())];
        float[][] moved = [[-1 + MathF.Log(2)], [-1], [-1], [-1.5f, -1]];
        var nothing = new PpoNumbers(0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
        var rollout = artefacts.Put(JsonLines.Write(old.Select((row, i) =>
            new RolloutRow(
                $"p{i}", "prompt", [1], new int[row.Length], "completion", i == 1 ? "length" : "eos", row,
                new Dictionary<string, string>()))));
        var tokens = artefacts.Put(StepArtefact.Write(
            old, old, reference, values,
            new EpisodeAdvantages(rewards, advantages, whitened, advantages, [2, 1, 3, 1]),
            new PpoUpdate([new PpoMinibatch(0, 0, [0, 1, 2, 3], moved, values, nothing)], null)));
        return
        [
            new RolloutCollected(1, null, Some.Hash, rollout, new IntegerColumn([1, 1, 1, 2]), new IntegerColumn([0, 1, 0, 0]), null),
            new RewardScored(
                1, null, 2, new DoubleColumn([1, 2, 3, 4, .. secondMember]),
                "mean", 0.5, new DoubleColumn([2, 1, 3, 1]), [], null),
            new KlMeasured(
                1, null, new DoubleColumn([0, 1, 0, .5]), new DoubleColumn([0, Math.Exp(-1), 0, Math.Exp(-.5) - .5]),
                0.3, 0.1, "k1", 0.5, 0.5, null),
            new PolicyUpdated(
                1, 1e-4, [new MinibatchUpdated(0, 0, -0.2 * 0.55 / Math.Sqrt(1.075) / 5, 1.48125, 0.2, 0, 0, 1, 1, 0, 0, 0)],
                Some.Hash, Some.Hash, tokens, 0, 1.5625, -0.1875, 1.45, 0),
        ];
    }
}
