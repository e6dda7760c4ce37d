using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Reference;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Policy;

/// <summary>A recipe's settings in the form that PPO and its arithmetic take; training, audit and counterfactual read them here.</summary>
public static class PpoSettings
{
    /// <summary>Constants of the update.</summary>
    public static PpoOptions Of(Recipe recipe) => new()
    {
        Epochs = recipe.Rl.Epochs,
        Minibatches = recipe.Rl.Minibatches,
        Clip = recipe.Rl.Clip,
        DualClip = recipe.Rl.DualClip,
        ValueClip = recipe.Rl.ValueClip,
        ValueCoefficient = recipe.Rl.ValueCoefficient,
        MaxGradientNorm = recipe.Rl.MaxGradientNorm,
        Aggregation = recipe.Rl.LossAggregation,
        MaxLength = recipe.Sampling.MaxTokens,
        Temperature = recipe.Sampling.Temperature,
    };

    /// <summary>How scores and KL become advantages.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="klCoefficient">β of the step; the controller's state, not the recipe's first value.</param>
    public static RewardOptions Rewards(Recipe recipe, double klCoefficient) => new()
    {
        KlCoefficient = klCoefficient,
        KlEstimator = recipe.Kl.Estimator,
        MissingEos = recipe.Rl.MissingEos,
        MissingEosPenalty = recipe.Rl.MissingEosPenalty,
        RewardClip = recipe.Rl.RewardClip,
        WhitenRewards = recipe.Rl.WhitenRewards,
        Gamma = recipe.Rl.Gamma,
        Lambda = recipe.Rl.Lambda,
    };

    /// <summary>β of the next step: the controller's whole doing.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="before">β of this step.</param>
    /// <param name="kl">What was measured in it.</param>
    public static double NextKlCoefficient(Recipe recipe, double before, KlMeasurement kl) => recipe.Kl.Controller is KlController.Adaptive
        ? AdaptiveKl.Next(before, kl.MeanSum(recipe.Kl.Estimator), recipe.Kl.Target, kl.K1.Length, recipe.Kl.Horizon)
        : before;
}
