using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Everything that SFT's next step depends on, besides the recipe and the demonstrations.</summary>
/// <param name="Step">Steps behind it.</param>
/// <param name="Policy">The policy; nobody changes it.</param>
/// <param name="Optimizer">Adam's state; null for a fresh one.</param>
/// <param name="Tokens">Completion tokens trained on.</param>
/// <param name="LossSum">Sum of the losses so far of the last tenth of the steps, nats per token.</param>
public sealed record SftState(int Step, ModelWeights Policy, AdamState? Optimizer, long Tokens, double LossSum)
{
    /// <summary>How many steps at the end the stage's loss is the mean of.</summary>
    public static int LastTenth(PretrainRecipe recipe) => Math.Min(recipe.Steps, Math.Max(1, recipe.Steps / 10));
}
