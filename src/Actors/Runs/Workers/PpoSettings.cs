using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Runs.Workers;

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

    /// <summary>The policy's learning rate of a step.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="logic">Version of the training logic that the run began with.</param>
    public static double LearningRate(Recipe recipe, int step, int logic) => Decayed(recipe, recipe.Rl.LearningRate, step, logic);

    /// <summary>The critic's learning rate of a step.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="logic">Version of the training logic that the run began with.</param>
    public static double CriticLearningRate(Recipe recipe, int step, int logic) =>
        Decayed(recipe, recipe.Rl.CriticLearningRate ?? recipe.Rl.LearningRate, step, logic);

    /// <summary>How scores and KL become advantages.</summary>
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

    static double Decayed(Recipe recipe, double first, int step, int logic) => logic >= RunFacts.LogicOfTheLastStep
        ? LearningRates.Linear(first, step - 1, recipe.Rl.Steps, recipe.Rl.LearningRateFinal)
        : LearningRates.LinearToTheStepAfter(first, step - 1, recipe.Rl.Steps, recipe.Rl.LearningRateFinal);
}
