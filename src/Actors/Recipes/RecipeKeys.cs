using System.Collections.Frozen;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Recipes;

/// <summary>Every key that a recipe may have: the one table from which recipes are read, written, identified and documented.</summary>
/// <remarks>
/// Names and the words of choices are part of the format and never change
/// their meaning. A default is what the section's record starts with.
/// </remarks>
public static class RecipeKeys
{
    /// <summary>All keys in canonical order.</summary>
    public static IReadOnlyList<RecipeKey> All { get; } = Table();

    internal static FrozenDictionary<string, RecipeKey> ByName { get; } = All.ToFrozenDictionary(key => key.Name);

    /// <summary>Paths of the sections, outermost first, each with what may stand directly in it.</summary>
    internal static FrozenDictionary<string, string[]> Sections { get; } = All
        .SelectMany(key => Steps(key.Name))
        .Distinct()
        .GroupBy(step => step.Section, step => step.Child)
        .ToFrozenDictionary(section => section.Key, section => section.ToArray());

    // "a.b.c" is c in "a.b", b in "a", and a in the top section "".
    static IEnumerable<(string Section, string Child)> Steps(string name)
    {
        for (var path = name; path is not "";)
        {
            var dot = path.LastIndexOf('.');
            yield return (path[..Math.Max(dot, 0)], path[(dot + 1)..]);
            path = path[..Math.Max(dot, 0)];
        }
    }

    static RecipeKey[] Table()
    {
        RecipeSection<Recipe> recipe = new("", r => r, (_, v) => v);
        RecipeSection<WorldRecipe> world = new("world", r => r.World, (r, v) => r with { World = v }) { ActsBeforeRl = true };
        RecipeSection<DataRecipe> data = new("data", r => r.Data, (r, v) => r with { Data = v }) { ActsBeforeRl = true };
        RecipeSection<PolicyRecipe> policy = new("policy", r => r.Policy, (r, v) => r with { Policy = v }) { ActsBeforeRl = true };
        RecipeSection<PretrainRecipe> pretrain =
            new("pretrain", r => r.Pretrain, (r, v) => r with { Pretrain = v }) { ActsBeforeRl = true };
        RecipeSection<SamplingRecipe> sampling =
            new("sampling", r => r.Sampling, (r, v) => r with { Sampling = v }) { ActsBeforeRl = true };
        RecipeSection<AnnotatorRecipe> annotator = new("annotator", r => r.Annotator, (r, v) => r with { Annotator = v })
        {
            ActsBeforeRl = true,
            ActsFrom = RecipeStage.Preferences,
        };
        RecipeSection<AnnotatorBias> annotatorBias = new(
            "annotator.bias", r => r.Annotator.Bias, (r, v) => r with { Annotator = r.Annotator with { Bias = v } })
        {
            ActsBeforeRl = true,
            ActsFrom = RecipeStage.Preferences,
        };
        RecipeSection<PreferencesRecipe> preferences = new("preferences", r => r.Preferences, (r, v) => r with { Preferences = v })
        {
            ActsBeforeRl = true,
            ActsFrom = RecipeStage.Preferences,
        };
        RecipeSection<RewardRecipe> reward = new("reward", r => r.Reward, (r, v) => r with { Reward = v })
        {
            ActsBeforeRl = true,
            ActsFrom = RecipeStage.RewardModels,
        };
        RecipeSection<RlRecipe> rl = new("rl", r => r.Rl, (r, v) => r with { Rl = v }) { ActsFrom = RecipeStage.Rl };
        RecipeSection<KlRecipe> kl = new("kl", r => r.Kl, (r, v) => r with { Kl = v }) { ActsFrom = RecipeStage.Rl };
        RecipeSection<EvaluationRecipe> evaluation = new("evaluation", r => r.Evaluation, (r, v) => r with { Evaluation = v });
        RecipeSection<CheckpointRecipe> checkpoint = new("checkpoint", r => r.Checkpoint, (r, v) => r with { Checkpoint = v });
        RecipeSection<WitnessRecipe> witness = new("witness", r => r.Witness, (r, v) => r with { Witness = v });
        RecipeSection<RecoveryRecipe> recovery = new("recovery", r => r.Recovery, (r, v) => r with { Recovery = v });
        RecipeSection<ComputeRecipe> compute = new("compute", r => r.Compute, (r, v) => r with { Compute = v });

        return
        [
            recipe.Key("name", new TextLine("^[a-z0-9-]{1,48}$", "a name of 1 to 48 lower-case letters, digits and hyphens"),
                r => r.Name, (r, v) => r with { Name = v },
                "What people call the recipe.") with { DeterminesResult = false },
            recipe.Key("description", new TextLine("^.{0,500}$", "one line of at most 500 characters"),
                r => r.Description, (r, v) => r with { Description = v },
                "One line for the list of recipes.") with { DeterminesResult = false },
            recipe.Key("seed", new SeedNumber(), r => r.Seed, (r, v) => r with { Seed = v },
                "The key of every random draw of the run.") with { ActsBeforeRl = true },

            world.Choice("kind", s => s.Kind, (s, v) => s with { Kind = v }, "Where prompts, demonstrations and preferences come from."),

            data.Path("path", s => s.Path, (s, v) => s with { Path = v },
                "File of preference pairs (JSON lines in UTF-8, plain or gzipped), relative to the current directory. "
                    + "Required for `hh-rlhf`, refused elsewhere."),
            data.Whole("maxPromptTokens", RecipeRules.FewestPromptTokens, 32_768,
                s => s.MaxPromptTokens, (s, v) => s with { MaxPromptTokens = v },
                "Longest prompt in tokens, BOS included.", once: 1),
            data.Choice("truncation", s => s.Truncation, (s, v) => s with { Truncation = v },
                "A longer prompt keeps its last tokens, or its pair is left out."),
            data.Fraction("trainingShare", s => s.TrainingShare, (s, v) => s with { TrainingShare = v },
                "Share of the prompts for pretraining and preferences."),
            data.Fraction("rlShare", s => s.RlShare, (s, v) => s with { RlShare = v },
                "Share of the prompts for RL. What the two shares leave is for evaluation."),

            policy.Path("path", s => s.Path, (s, v) => s with { Path = v },
                "The model to start from: folder of a Llama in Hugging Face's layout, relative to the current directory, "
                    + "or `run:RUN@STEP`, the policy of a run of the same data directory after a step "
                    + "(`run:RUN`: after its newest; 0 is before RL). It decides the shape, and the keys below are ignored. "
                    + "Required for `hh-rlhf`; without it the policy is trained from scratch."),
            policy.Whole("hiddenSize", 2, 8192, s => s.HiddenSize, (s, v) => s with { HiddenSize = v }, "Width of the model."),
            policy.Whole("layers", 1, 128, s => s.Layers, (s, v) => s with { Layers = v }, "Decoder layers."),
            policy.Whole("heads", 1, 128, s => s.Heads, (s, v) => s with { Heads = v },
                "Query heads. Divides `policy.hiddenSize` into heads of an even size."),
            policy.Whole("keyValueHeads", 1, 128, s => s.KeyValueHeads, (s, v) => s with { KeyValueHeads = v },
                "Key/value heads. Divides `policy.heads`."),
            policy.Whole("intermediateSize", 1, 32_768, s => s.IntermediateSize, (s, v) => s with { IntermediateSize = v },
                "Width of the feed-forward layer."),

            pretrain.Whole("steps", 0, 10_000_000, s => s.Steps, (s, v) => s with { Steps = v },
                "Optimiser steps of supervised training before any preference."),
            pretrain.Whole("batch", 1, 65_536, s => s.Batch, (s, v) => s with { Batch = v }, "Demonstrations a step."),
            pretrain.Positive(
                "learningRate", 1, s => s.LearningRate, (s, v) => s with { LearningRate = v }, "Peak learning rate of AdamW."),
            pretrain.Whole("warmup", 0, 10_000_000, s => s.Warmup, (s, v) => s with { Warmup = v }, "Steps of linear warm-up."),
            pretrain.Real("weightDecay", 0, 1, s => s.WeightDecay, (s, v) => s with { WeightDecay = v }, "Decoupled weight decay."),
            pretrain.Positive("maxGradientNorm", 1e6, s => s.MaxGradientNorm, (s, v) => s with { MaxGradientNorm = v },
                "Gradients are scaled down to this global L2 norm."),

            sampling.Real("temperature", 1e-6, 100, s => s.Temperature, (s, v) => s with { Temperature = v },
                "Divides the logits of sampler, policy and reference alike.", once: 0) with
            {
                ActsBeforeRl = false,
                ActsFrom = RecipeStage.Preferences,
            },
            sampling.Whole(
                "maxTokens", 1, 4096, s => s.MaxTokens, (s, v) => s with { MaxTokens = v }, "Most response tokens, EOS included."),

            annotator.Real("noise", 0, 1, s => s.Noise, (s, v) => s with { Noise = v }, "Share of the labels that are flipped."),

            annotatorBias.Real("length", -10, 10, s => s.Length, (s, v) => s with { Length = v },
                "What the annotator adds for each word, in units of gold utility."),
            annotatorBias.Real("courtesy", -10, 10, s => s.Courtesy, (s, v) => s with { Courtesy = v },
                "What the annotator adds for each courtesy phrase, in units of gold utility."),
            annotatorBias.Real("caution", -10, 10, s => s.Caution, (s, v) => s with { Caution = v },
                "What the annotator adds for a refusal or a warning, in units of gold utility."),

            preferences.Whole("pairs", 1, 10_000_000, s => s.Pairs, (s, v) => s with { Pairs = v },
                "Comparisons that reward models learn from; of a dataset at most so many."),
            preferences.Whole("heldout", 1, 10_000_000, s => s.Heldout, (s, v) => s with { Heldout = v },
                "Comparisons kept aside for accuracy and calibration; of a dataset at most so many."),

            reward.Whole("members", 1, 16, s => s.Members, (s, v) => s with { Members = v }, "Reward models in the ensemble."),
            reward.Choice("aggregation", s => s.Aggregation, (s, v) => s with { Aggregation = v },
                "How the members' scores become one reward: the first member's, the mean, the smallest, "
                    + "or the mean minus `reward.lambda` times the variance.") with { ActsBeforeRl = false, ActsFrom = RecipeStage.Rl },
            reward.Real("lambda", 0, 1000, s => s.Lambda, (s, v) => s with { Lambda = v },
                "Weight of the variance in `uncertainty-weighted`.") with { ActsBeforeRl = false, ActsFrom = RecipeStage.Rl },
            reward.Whole("epochs", 1, 100, s => s.Epochs, (s, v) => s with { Epochs = v }, "Passes over the comparisons."),
            reward.Whole("batch", 1, 65_536, s => s.Batch, (s, v) => s with { Batch = v }, "Comparisons a step."),
            reward.Positive("learningRate", 1, s => s.LearningRate, (s, v) => s with { LearningRate = v }, "Learning rate of AdamW."),
            reward.Real("weightDecay", 0, 1, s => s.WeightDecay, (s, v) => s with { WeightDecay = v }, "Decoupled weight decay."),
            reward.Real("centering", 0, 100, s => s.Centering, (s, v) => s with { Centering = v },
                "Coefficient of (chosen + rejected)² in the loss; 0 is off."),
            reward.Whole("calibrationSamples", 2, 1_000_000, s => s.CalibrationSamples, (s, v) => s with { CalibrationSamples = v },
                "Completions of the policy before RL on which each member is standardised."),

            rl.Choice("algorithm", s => s.Algorithm, (s, v) => s with { Algorithm = v },
                "How the policy is improved.", note: "grpo, rloo and reinforce++ are not available yet"),
            rl.Whole("steps", 1, 10_000_000, s => s.Steps, (s, v) => s with { Steps = v }, "RL steps."),
            rl.Whole("episodes", 1, 65_536, s => s.Episodes, (s, v) => s with { Episodes = v }, "Completions a step."),
            rl.Whole("epochs", 1, 100, s => s.Epochs, (s, v) => s with { Epochs = v }, "Passes over a step's completions."),
            rl.Whole("minibatches", 1, 65_536, s => s.Minibatches, (s, v) => s with { Minibatches = v },
                "Optimiser steps an epoch. Divides `rl.episodes`."),
            rl.Positive("learningRate", 1, s => s.LearningRate, (s, v) => s with { LearningRate = v },
                "Learning rate of the policy's Adam at the first step."),
            rl.Real("learningRateFinal", 0, 1, s => s.LearningRateFinal, (s, v) => s with { LearningRateFinal = v },
                "Share of the learning rates that the last step has, linear between; 0 lets the last step change nothing."),
            rl.Key("criticLearningRate", new OptionalNumber(1), s => s.CriticLearningRate, (s, v) => s with { CriticLearningRate = v },
                "Learning rate of the critic's Adam at the first step; without it the same as `rl.learningRate`. It falls as that does."),
            rl.Fraction("clip", s => s.Clip, (s, v) => s with { Clip = v }, "The probability ratio is clipped to 1 ± this."),
            rl.Positive(
                "valueClip", 1000, s => s.ValueClip, (s, v) => s with { ValueClip = v }, "New values stay this close to the old ones."),
            rl.Real("valueCoefficient", 0, 100, s => s.ValueCoefficient, (s, v) => s with { ValueCoefficient = v },
                "Weight of the value loss. It changes next to nothing, for the critic is a network of its own whose Adam "
                    + "and gradient norm take out a constant factor: how fast the critic learns is `rl.criticLearningRate`."),
            rl.Real("gamma", 0, 1, s => s.Gamma, (s, v) => s with { Gamma = v }, "Discount a token."),
            rl.Real("lambda", 0, 1, s => s.Lambda, (s, v) => s with { Lambda = v }, "λ of generalised advantage estimation."),
            rl.Positive("maxGradientNorm", 1e6, s => s.MaxGradientNorm, (s, v) => s with { MaxGradientNorm = v },
                "Gradients are scaled down to this global L2 norm."),
            rl.Key("whitenRewards", new Flag(), s => s.WhitenRewards, (s, v) => s with { WhitenRewards = v },
                "Whether per-token rewards are divided by their standard deviation; the mean stays."),
            rl.Real("rewardClip", 0, 1e6, s => s.RewardClip,
                (s, v) => s with { RewardClip = v }, "Scores are clipped to ± this; 0 is off."),
            rl.Choice("missingEos", s => s.MissingEos, (s, v) => s with { MissingEos = v },
                "Whether the penalty is subtracted from the score of a completion without EOS, or −penalty replaces it."),
            rl.Real("missingEosPenalty", 0, 1000, s => s.MissingEosPenalty,
                (s, v) => s with { MissingEosPenalty = v }, "The penalty of that rule."),
            rl.Real("dualClip", 0, 1000, s => s.DualClip, (s, v) => s with { DualClip = v },
                "Bound on the loss of tokens with a negative advantage, above 1; 0 is off."),
            rl.Choice("lossAggregation", s => s.LossAggregation, (s, v) => s with { LossAggregation = v },
                "How the policy's per-token losses become one number. "
                    + "The value loss is the mean over the minibatch's tokens, whichever is chosen."),
            rl.Choice("onNonFinite", s => s.OnNonFinite, (s, v) => s with { OnNonFinite = v },
                "What follows when a loss, gradient, reward or log-prob is NaN or infinite, all scores are equal, or no completion ended "
                    + "with EOS, which with few `rl.episodes` may be chance; the step is never applied."),

            kl.Real("coefficient", 0, 1000, s => s.Coefficient, (s, v) => s with { Coefficient = v },
                "Penalty a nat; where the controller is adaptive, its first value."),
            kl.Key("estimator", new Choice<KlEstimator>(retired: KlEstimator.K3), s => s.Estimator, (s, v) => s with { Estimator = v },
                "Which estimate of the KL divergence is the penalty in the reward: k1, whose gradient is the KL's. "
                    + "k3 is refused, for it has the KL's value and not its gradient; "
                    + "it is measured as `kl/k3`, and runs that began with it can still be read, resumed and audited."),
            kl.Choice("controller", s => s.Controller, (s, v) => s with { Controller = v },
                "Whether the coefficient stays or is steered towards `kl.target`."),
            kl.Real("target", 0, 1e6, s => s.Target, (s, v) => s with { Target = v },
                "Nats a sequence that the adaptive controller aims at."),
            kl.Whole("horizon", 1, 1_000_000_000, s => s.Horizon, (s, v) => s with { Horizon = v },
                "Episodes over which the adaptive controller corrects by a fifth at most; "
                    + "with fewer than `rl.episodes` a step may change the coefficient a great deal, yet never below a hundredth."),

            evaluation.Whole("every", 1, 1_000_000, s => s.Every, (s, v) => s with { Every = v },
                "Steps between evaluations. Step 0 and the last one are always evaluated.") with { DeterminesResult = false },
            evaluation.Whole("prompts", 2, 100_000, s => s.Prompts, (s, v) => s with { Prompts = v },
                "Held-out prompts an evaluation.") with { DeterminesResult = false },
            evaluation.Choice("onMismatch", s => s.OnMismatch, (s, v) => s with { OnMismatch = v },
                "What follows when the alarm is raised, because development evaluations fell while the reward rose: the log says so in any "
                    + "case. See docs/mismatch.md.") with { DeterminesResult = false },
            evaluation.Key("webhook", new WebAddress(), s => s.Webhook, (s, v) => s with { Webhook = v },
                "Address to which the alarm is sent when it is raised, as the body of a POST, again until it is taken; one that does not "
                    + "answer stops no run.") with { DeterminesResult = false },
            evaluation.Path("webhookTokenFile", s => s.WebhookTokenFile, (s, v) => s with { WebhookTokenFile = v },
                "File that has the bearer token for `evaluation.webhook`, read with each attempt."),

            checkpoint.Whole("every", 1, 1_000_000, s => s.Every, (s, v) => s with { Every = v },
                "Steps between checkpoints.") with { DeterminesResult = false },
            checkpoint.Whole("sftEvery", 1, 1_000_000, s => s.SftEvery, (s, v) => s with { SftEvery = v },
                "SFT steps between checkpoints of that stage, of which the newest is kept until the stage ends.") with
            {
                DeterminesResult = false,
            },
            checkpoint.Whole("keep", 0, 100_000, s => s.Keep, (s, v) => s with { Keep = v },
                "Newest checkpoints that are kept; 0 keeps all.") with { DeterminesResult = false },

            witness.Path("file", s => s.File, (s, v) => s with { File = v },
                "File to which each checkpoint and each end of the run adds a line with its number and hash, for `audit --witness`; "
                    + "on another disk, where whoever may change "
                    + "the data directory may not change it. Its folder must exist; a file that cannot be written stops no run."),
            witness.Key("url", new WebAddress(), s => s.Url, (s, v) => s with { Url = v },
                "Address to which the same lines are sent, each as the body of a POST, in order and again until it is taken; "
                    + "one that does not answer stops no run.") with { DeterminesResult = false },
            witness.Path("tokenFile", s => s.TokenFile, (s, v) => s with { TokenFile = v },
                "File that has the bearer token for `witness.url`, read with each attempt."),

            recovery.Choice("onDivergence", s => s.OnDivergence, (s, v) => s with { OnDivergence = v },
                "What follows when a step that is executed again differs: "
                    + "the run ends as diverged, and a fork may go on from the last step that agreed.") with { DeterminesResult = false },

            compute.Whole("threads", 1, 256, s => s.Threads, (s, v) => s with { Threads = v },
                "Worker threads. They change speed and never a result.") with { DeterminesResult = false },
            compute.Whole("shards", 1, 256, s => s.Shards, (s, v) => s with { Shards = v },
                "Parts a minibatch is cut into, which as many threads can compute at once. "
                    + "Gradients are added in their order, so they change results."),
            compute.Choice("engine", s => s.Engine, (s, v) => s with { Engine = v },
                "What trains: our own kernels, whose bits are the same on every machine, or libtorch. "
                    + "auto: simd on a CPU, torch on a GPU; the weights are those of the one it stands for, the trajectory, "
                    + "which begins with the recipe's words, is its own.") with { BeforeThisKey = RecipeNames.Of(ComputeEngine.Torch) },
            compute.Choice("device", s => s.Device, (s, v) => s with { Device = v },
                "Where libtorch's tensors live. A GPU does not compute the same bits twice: with one, set `recovery.onDivergence`."),
            compute.Choice("sampler", s => s.Sampler, (s, v) => s with { Sampler = v },
                "Which engine generates completions: our own kernels, with which sampler and trainer agree to the last bit, or libtorch."),
            compute.Key("reuseStages", new Flag(), s => s.ReuseStages, (s, v) => s with { ReuseStages = v },
                "Whether SFT, comparisons and reward models are taken from another run of the data directory that made them from the same "
                    + "inputs, by the same build; the log names it.") with { DeterminesResult = false },
        ];
    }
}
