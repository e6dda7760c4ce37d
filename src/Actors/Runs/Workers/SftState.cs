using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Everything that SFT's next step depends on, besides the recipe and the demonstrations.</summary>
/// <param name="Step">Steps behind it.</param>
/// <param name="Policy">SHA-256 of the policy's file.</param>
/// <param name="Optimizer">SHA-256 of the file of Adam's state; null for a fresh one, and at the end, when nobody goes on from it.</param>
/// <param name="Tokens">Completion tokens trained on.</param>
/// <param name="LossSum">Sum of the losses so far of the last tenth of the steps, nats per token.</param>
public sealed record SftState(int Step, ContentHash Policy, ContentHash? Optimizer, long Tokens, double LossSum)
{
    /// <summary>Names of a checkpoint's files.</summary>
    public const string PolicyFile = "policy", OptimizerFile = "policy-optimizer";

    /// <summary>How many steps at the end the stage's loss is the mean of.</summary>
    public static int LastTenth(PretrainRecipe recipe) => Math.Min(recipe.Steps, Math.Max(1, recipe.Steps / 10));
}
