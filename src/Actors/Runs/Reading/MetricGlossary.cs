using System.Text.RegularExpressions;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>Every metric that <see cref="StepMetrics"/> can give, explained: the one table behind <c>docs/metrics.md</c>.</summary>
/// <remarks>
/// Names are part of the format. Where TRL has a name for the same thing, it is TRL's; unlike TRL's, every number leaves padding out.
/// </remarks>
public static partial class MetricGlossary
{
    /// <summary>Name of the evaluators' metrics.</summary>
    public const string Evaluator = "eval/{evaluator}/{metric}";

    /// <summary>All metrics, related ones together.</summary>
    public static IReadOnlyList<MetricMeaning> All { get; } =
    [
        new("episode", "Completions sampled for training up to and with this step.",
            "completions", "grows by `rl.episodes` a step", "nothing: it is an axis"),
        new("lr", "The policy's learning rate of this step; the critic's is the same share of `rl.criticLearningRate`.",
            "1", "from `rl.learningRate` down to its share `rl.learningRateFinal`", "nothing: the recipe decides it"),

        new("objective/scores", "Mean aggregated score by the reward models, before the penalty for a missing EOS: "
            + "the proxy that is optimised.", "standard deviations of the SFT policy's scores", "rises from about 0",
            "flat: raise `rl.learningRate` or lower `kl.coefficient`; rising while `objective/gold` falls: "
                + "over-optimisation, stop earlier or fork before the peak"),
        new("objective/kl", "Mean over completions of Σ k1 = Σ (log-prob of the policy − log-prob of the reference).",
            "nats a completion", "0 or more, rises slowly",
            "rising fast: raise `kl.coefficient` or lower `rl.learningRate`; "
                + "below 0 for many steps: sampling and scoring disagree, which is a bug"),
        new("objective/non_score_reward", "Mean over completions of the reward without the score: −`kl/coefficient` · KL.", "as the score",
            "0 or less but for noise, small beside `objective/scores`", "larger than what the score gains: lower `kl.coefficient`"),
        new("objective/rlhf_reward", "Mean over completions of all token rewards: score, penalty for a missing EOS and KL penalty.",
            "as the score", "rises", "falling while `objective/scores` rises: the KL penalty has taken over, the run is near its optimum"),
        new("objective/gold", "Mean true utility of held-out completions; only in a world where it is known.",
            "Pocket's gold, at most 1.15", "rises with `heldout/scores`",
            "falling while the proxy rises: over-optimisation; "
                + "use a checkpoint near the peak, more or better preferences, another `reward.aggregation` or a larger `kl.coefficient`"),

        new("reward/member_std", "Mean over completions of the reward models' standard deviation around their mean.",
            "as the score", "steady",
            "rising: the policy has left what the reward models know; `reward.aggregation` worst-case or uncertainty-weighted minds that"),

        new("kl/sqrt", "√ of `objective/kl` (0 where that is negative): the distance d over which over-optimisation laws are straight.",
            "√nats", "as `objective/kl`", "as for `objective/kl`"),
        new("kl/k3", "Mean over completions of Σ k3 = Σ (e^(−Δ) − 1 + Δ) with Δ = k1: "
            + "another estimate of the same KL that is never negative.", "nats a completion", "near `objective/kl`",
            "far above `objective/kl`: a few tokens that the reference likes have become very unlikely; look at `completions`"),
        new("kl/coefficient", "β that was in force in this step.",
            "reward a nat", "constant with `kl.controller` fixed; moving towards `kl.target` with adaptive",
            "at many times its first value: the target is out of reach; raise `kl.target` or lower `rl.learningRate`"),

        new("length/mean", "Mean length of the sampled completions.", "tokens, EOS included",
            "near that of the SFT policy, well below `sampling.maxTokens`",
            "rising with the score: the reward models pay for length; compare `eval/length/length` with `objective/gold`"),
        new("length/eos_share", "Share of completions that ended by themselves.", "share", "above 0.9",
            "low: raise `sampling.maxTokens`, `pretrain.steps` or `rl.missingEosPenalty`"),

        new("policy/approxkl_avg", "Mean over minibatches of ½·(new − old log-prob)² a token: how far the step moved the policy.",
            "nats a token", "below 0.05", "higher: lower `rl.learningRate` or `rl.epochs`"),
        new("policy/clipfrac_avg", "Share of tokens whose policy loss was clipped.",
            "share", "0 to 0.2", "higher: lower `rl.learningRate` or `rl.epochs`"),
        new("policy/entropy_avg", "Mean entropy of the distributions from which tokens are drawn.", "nats a token", "falls slowly",
            "near 0: the policy says one thing only; raise `kl.coefficient`, or stop earlier"),
        new("policy/gradient_norm", "Mean norm of the policy's gradient before clipping.", "1", "steady",
            "spikes: `rl.maxGradientNorm` bounds them; lower `rl.learningRate` if the score falls with them"),
        new("loss/policy_avg", "Mean clipped surrogate; its sign says little.",
            "1", "near 0", "nothing by itself: look at `policy/approxkl_avg`"),

        new("loss/value_avg", "Mean clipped value loss, ½·(V − return)², before `rl.valueCoefficient`.",
            "score²", "falls in the first steps, then steady",
            "rising: the critic does not follow; raise `rl.criticLearningRate`, or lower `rl.learningRate`"),
        new("val/ratio", "Mean of e^(new − old log-prob) over tokens and minibatches.", "1",
            "within 0.05 of 1", "further away: lower `rl.learningRate` or `rl.epochs`"),
        new("val/clipfrac_avg", "Share of tokens whose value loss was clipped.", "share", "0 to 0.3",
            "higher: the critic jumps; lower `rl.criticLearningRate` or raise `rl.valueClip`"),
        new("val/gradient_norm", "Mean norm of the critic's gradient before clipping.", "1", "steady", "as for `policy/gradient_norm`"),
        new("val/return_mean", "Mean return over tokens: what the critic should have said.",
            "as the score", "near `objective/rlhf_reward`", "as for `loss/value_avg`"),
        new("val/value_mean", "Mean value over tokens: what the critic said.",
            "as the score", "near `val/return_mean`", "as for `loss/value_avg`"),

        new("check/first_minibatch_ratio_error", "Largest |ratio − 1| in the first minibatch of the first epoch, "
            + "where nothing has been updated yet.", "1",
            "exactly 0 where our own kernels train (`compute.engine`), below 1e-3 with libtorch",
            "higher: the log-probs that the step began with are not the trainer's own, which is a bug"),
        new("check/sampler_logprob_error", "Largest difference between the sampler's log-prob of a token and the trainer's.",
            "nats",
            "exactly 0 where our own kernels train and sample (`compute.engine`, `compute.sampler` cpu), else below 1e-3: rounding",
            "higher: sampling and training differ in temperature, weights or arithmetic, which is a bug"),

        new("heldout/scores", "Mean aggregated score on the held-out prompts, the same prompts and random numbers at every evaluation.",
            "as `objective/scores`", "rises with `objective/scores`",
            "below `objective/scores` by more than noise: the policy has learnt its training prompts by heart; more of them help"),
        new("heldout/member_std", "`reward/member_std` on the held-out prompts.", "as the score", "steady", "as for `reward/member_std`"),
        new("heldout/kl", "`objective/kl` on the held-out prompts.", "nats a completion", "near `objective/kl`", "as for `objective/kl`"),
        new("heldout/kl_sqrt", "√ of `heldout/kl` (0 where that is negative).", "√nats", "as `heldout/kl`", "as for `objective/kl`"),
        new("heldout/length", "Mean length of the held-out completions.",
            "tokens, EOS included", "near `length/mean`", "as for `length/mean`"),
        new("heldout/eos_share", "Share of held-out completions that ended by themselves.",
            "share", "near `length/eos_share`", "as for `length/eos_share`"),

        new(Evaluator, "Mean of an evaluator's metric over the held-out completions that it could score.",
            "the evaluator's", "the evaluator says which way is better",
            "missing: look for `evaluation.failed` among the run's events"),
    ];

    /// <summary>The explanation of a metric; null for a name that is not in the table.</summary>
    public static MetricMeaning? Find(string name) => All.FirstOrDefault(metric => metric.Name == name)
        ?? (EvaluatorName().IsMatch(name) ? All.First(metric => metric.Name == Evaluator) : null);

    [GeneratedRegex("^eval/[^/]+/[^/]+\\z")]
    private static partial Regex EvaluatorName();
}
