using ActorRlhf.Evaluation.Pocket;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Recipes;

/// <summary>A rule between keys that a recipe breaks.</summary>
/// <param name="Keys">The keys of the rule, first the one to change.</param>
/// <param name="Expected">What would be allowed for the first key, worded as in <see cref="RecipeProblem.Expected"/>.</param>
sealed record BrokenRule(string[] Keys, string Expected);

/// <summary>What the values of a recipe owe to each other and to the file system.</summary>
static class RecipeRules
{
    /// <summary>Of a prompt that is cut, BOS and a token of what was asked.</summary>
    public const int FewestPromptTokens = 2;

    const long MostParameters = 1_000_000_000;

    /// <summary>The broken rules between keys. The defaults break none.</summary>
    public static IEnumerable<BrokenRule> Broken(Recipe recipe) =>
        [.. World(recipe), .. Shape(recipe.Policy), .. Minibatches(recipe.Rl), .. Engine(recipe.Compute),
            .. Coefficients(recipe.Rl, recipe.Kl)];

    /// <summary>What no run may begin with any more; runs that began with it when it was allowed are read all the same.</summary>
    public static IEnumerable<BrokenRule> Unfit(Recipe recipe)
    {
        // A model that is drawn from the seed has as many positions as the longest prompt and completion need.
        const int longest = PocketWorld.MaxCompletionTokens;
        if (recipe is { World.Kind: WorldKind.Pocket, Policy.Path: null, Pretrain.Steps: > 0, Sampling.MaxTokens: < longest })
            yield return new(["sampling.maxTokens", "world.kind", "pretrain.steps"], FormattableString.Invariant($"at least {longest}: ")
                + "the longest demonstration of world.kind 'pocket' has so many tokens, and pretrain.steps learns from it");
    }

    /// <summary>Values that runs once began with and nobody may ask for any more.</summary>
    public static IEnumerable<BrokenRule> Retired(Recipe recipe)
    {
        // One-token softmax at a KL of 0.197 nats: k3 in the reward has 0.30 of the size of the KL's gradient, and the cosine −0.77 to it.
        if (recipe.Kl.Estimator is KlEstimator.K3)
            yield return new(["kl.estimator"], "k1, the estimate whose penalty in the reward has the gradient of a KL: "
                + "k3's vanishes near the reference and points the other way further off "
                + "(at 0.2 nats 0.3 of the size, cosine -0.77); k3 is measured all the same, as kl/k3");
    }

    /// <summary>The paths that lead nowhere. Reads the file system; whether a run is there shows when its data directory is open.</summary>
    public static IEnumerable<BrokenRule> MissingPaths(Recipe recipe)
    {
        if (recipe.Data.Path is { } file && !File.Exists(file))
            yield return new(["data.path"], "a file; a path is relative to the current directory");
        if (recipe.Policy is { OfRun: null, Path: { } folder })
        {
            if (RunPolicyName.IsMeantBy(folder))
                yield return new(["policy.path"], RunPolicyName.Form);
            else if (!File.Exists(Path.Combine(folder, "config.json")))
                yield return new(["policy.path"], "a folder that contains config.json; a path is relative to the current directory");
        }
    }

    /// <summary>What the model at <c>policy.path</c> has no room for.</summary>
    /// <remarks>Reads its config.json; what is wrong with that shows when the model is read.</remarks>
    public static IEnumerable<BrokenRule> TooLongForTheModel(Recipe recipe)
    {
        if (recipe is not { World.Kind: WorldKind.HhRlhf, Policy: { OfRun: null, Path: { } folder } }) return [];
        try
        {
            var shape = LlamaConfigFile.Read(Path.Combine(folder, LlamaConfigFile.FileName), HeadKind.LanguageModel);
            return Positions(recipe, shape.MaxPositions) is { } broken ? [broken] : [];
        }
        catch (Exception unreadable) when (unreadable is ModelFolderException or IOException or UnauthorizedAccessException) { return []; }
    }

    /// <summary>Whether prompt and completion together are longer than a model's context.</summary>
    /// <param name="recipe">A recipe of dialogues.</param>
    /// <param name="positions">The model's.</param>
    public static BrokenRule? Positions(Recipe recipe, int positions)
    {
        var (prompt, completion) = (recipe.Data.MaxPromptTokens, recipe.Sampling.MaxTokens);
        return completion > positions - FewestPromptTokens
            ? new(["sampling.maxTokens", "policy.path"],
                $"at most {positions - FewestPromptTokens}: the model has {Counted.Of(positions, "position")}, "
                + $"and a prompt needs {FewestPromptTokens} of them")
            : completion > positions - prompt
            ? new(["data.maxPromptTokens", "sampling.maxTokens", "policy.path"],
                $"at most {positions - completion}: with sampling.maxTokens it must fit the model's {Counted.Of(positions, "position")}")
            : null;
    }

    static IEnumerable<BrokenRule> World(Recipe recipe)
    {
        var isPocket = recipe.World.Kind is WorldKind.Pocket;
        if (isPocket && recipe.Data.Path is not null)
            yield return new(["data.path", "world.kind"],
                "allowed in world.kind 'pocket', which reads no data; remove it or choose world.kind 'hh-rlhf'");
        if (!isPocket && recipe.Data.Path is null)
            yield return new(["data.path", "world.kind"], "the value is missing: world.kind 'hh-rlhf' needs the path of a file "
                + "of preference pairs");
        if (!isPocket && recipe.Policy.Path is null)
            yield return new(["policy.path", "world.kind"], "the value is missing: world.kind 'hh-rlhf' needs the path of a "
                + "folder with a pretrained model");
        if (recipe.Data.TrainingShare + recipe.Data.RlShare >= 1)
            yield return new(["data.rlShare", "data.trainingShare"],
                "small enough: with data.trainingShare it must stay below 1, so that prompts for evaluation are left");
    }

    static IEnumerable<BrokenRule> Shape(PolicyRecipe policy)
    {
        long c = policy.HiddenSize, h = policy.Heads, k = policy.KeyValueHeads, f = policy.IntermediateSize;
        if (c % h != 0)
            yield return new(["policy.heads", "policy.hiddenSize"], FormattableString.Invariant($"a divisor of policy.hiddenSize ({c})"));
        else if (c / h % 2 != 0)
            yield return new(["policy.heads", "policy.hiddenSize"], FormattableString.Invariant(
                $"a number that cuts policy.hiddenSize ({c}) into heads of an even size; this size is {c / h}"));
        else if (h % k != 0)
            yield return new(["policy.keyValueHeads", "policy.heads"], FormattableString.Invariant($"a divisor of policy.heads ({h})"));
        else if (policy.Layers * (2 * c * c + 2 * c * (c / h) * k + 3 * c * f) > MostParameters)
            yield return new(["policy.hiddenSize", "policy.layers", "policy.intermediateSize"],
                FormattableString.Invariant($"small enough: the layers would have more than {MostParameters} parameters"));
    }

    static IEnumerable<BrokenRule> Minibatches(RlRecipe rl)
    {
        if (rl.Episodes % rl.Minibatches != 0)
            yield return new(["rl.minibatches", "rl.episodes"], FormattableString.Invariant($"a divisor of rl.episodes ({rl.Episodes})"));
    }

    static IEnumerable<BrokenRule> Engine(ComputeRecipe compute)
    {
        if (compute.Engine is ComputeEngine.Simd && compute.Device is ComputeDevice.Cuda)
            yield return new(["compute.engine", "compute.device"],
                "torch or auto, because our own kernels do not run on a GPU (compute.device)");
    }

    static IEnumerable<BrokenRule> Coefficients(RlRecipe rl, KlRecipe kl)
    {
        if (rl.DualClip is > 0 and <= 1)
            yield return new(["rl.dualClip"], "0 (off) or a number above 1");
        if (kl.Controller is KlController.Adaptive && kl.Target == 0)
            yield return new(["kl.target", "kl.controller"], "above 0, which kl.controller 'adaptive' needs");
        if (kl.Controller is KlController.Adaptive && kl.Coefficient == 0)
            yield return new(
                ["kl.coefficient", "kl.controller"], "above 0: kl.controller 'adaptive' multiplies it, so that it would stay 0");
    }
}
