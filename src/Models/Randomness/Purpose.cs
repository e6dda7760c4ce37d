using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Models.Randomness;

/// <summary>What a random draw is for. The integers are part of every run's result and are never renumbered.</summary>
public enum Purpose : uint
{
    /// <summary>Initial weights of the policy; step 0, sample = index of the parameter tensor, position = element.</summary>
    PolicyInitialisation = 0,
    /// <summary>Initial weights of a reward model's head; sample = member, position = element.</summary>
    RewardHeadInitialisation = 1,
    /// <summary>Demonstrations for pretraining and SFT; step = batch, sample = row.</summary>
    Demonstrations = 2,
    /// <summary>Order of the SFT data; step = epoch.</summary>
    SftOrder = 3,
    /// <summary>Prompts of preference pairs; sample = pair.</summary>
    PreferencePrompts = 4,
    /// <summary>Tokens of preference completions; step = 0 or 1 for the two sides, sample = pair.</summary>
    PreferenceSampling = 5,
    /// <summary>Ties and flipped labels of the annotator; sample = pair.</summary>
    Annotator = 6,
    /// <summary>Order of the comparisons of one reward model; step = epoch, sample = member.</summary>
    RewardModelOrder = 7,
    /// <summary>Prompts of an RL step.</summary>
    RolloutPrompts = 8,
    /// <summary>Tokens of an RL rollout.</summary>
    RolloutSampling = 9,
    /// <summary>Order of the episodes in an epoch of PPO; step = RL step, sample = epoch.</summary>
    MinibatchOrder = 10,
    /// <summary>Held-out prompts; sample = prompt. The same at every evaluation.</summary>
    EvaluationPrompts = 11,
    /// <summary>Tokens of held-out rollouts; step is always 0, so that every evaluation uses the same random numbers.</summary>
    EvaluationSampling = 12,
    /// <summary>Prompts of the samples on which reward models are standardised.</summary>
    CalibrationPrompts = 13,
    /// <summary>Tokens of the samples on which reward models are standardised.</summary>
    CalibrationSampling = 14,
    /// <summary>Tokens of best-of-n samples; step = prompt, sample = candidate.</summary>
    BestOfN = 15,
    /// <summary>Tokens of the command <c>generate</c>.</summary>
    Generate = 16,
    /// <summary>How prompts are split into the three disjoint sets of a dataset.</summary>
    DataSplit = 17,
    /// <summary>Resampling for confidence intervals; step = resample, position = draw. Evaluation draws by this number.</summary>
    Bootstrap = 18,
}

/// <summary>The draws of a purpose.</summary>
public static class PurposeDraws
{
    /// <summary>Draws one after the other for a fixed (seed, purpose, step, sample).</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">Training step, or another outer index that the purpose names.</param>
    /// <param name="sample">Sample within the step.</param>
    public static PhiloxStream Draws(this Purpose purpose, ulong seed, uint step = 0, uint sample = 0) =>
        new(seed, (uint)purpose, step, sample);

    /// <inheritdoc cref="Philox.Uniform"/>
    public static double Uniform(this Purpose purpose, ulong seed, uint step, uint sample, uint position) =>
        Philox.Uniform(seed, (uint)purpose, step, sample, position);
}
