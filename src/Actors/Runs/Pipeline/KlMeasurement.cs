using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>The KL of a rollout's policy from the reference, in both units.</summary>
/// <param name="K1">(B) Σ k1 over the completion, nats.</param>
/// <param name="K3">(B) Σ k3 over the completion, nats.</param>
/// <param name="Tokens">Tokens of all completions.</param>
public sealed record KlMeasurement(double[] K1, double[] K3, int Tokens)
{
    /// <summary>Measures completions.</summary>
    /// <param name="logProbs">(B)(T) nats, the policy's.</param>
    /// <param name="refLogProbs">(B)(T) nats, the reference's.</param>
    public static KlMeasurement Of(IReadOnlyList<float[]> logProbs, IReadOnlyList<float[]> refLogProbs) => new(
        [.. logProbs.Select((row, i) => Kl.Sum(KlEstimator.K1, row, refLogProbs[i]))],
        [.. logProbs.Select((row, i) => Kl.Sum(KlEstimator.K3, row, refLogProbs[i]))],
        logProbs.Sum(row => row.Length));

    /// <summary>Mean over the completions of an estimator's sum, nats.</summary>
    public double MeanSum(KlEstimator estimator) => (estimator is KlEstimator.K3 ? K3 : K1).Average();

    /// <summary>β of the next step: what the recipe's controller makes of this measurement.</summary>
    /// <param name="recipe">The controller, its target and horizon.</param>
    /// <param name="before">β of this step.</param>
    /// <param name="logic">Version of the training logic that the run began with.</param>
    public double NextCoefficient(KlRecipe recipe, double before, int logic) => recipe.Controller switch
    {
        KlController.Adaptive when logic >= RunFacts.LogicOfTheBoundedController =>
            AdaptiveKl.Next(before, MeanSum(recipe.Estimator), recipe.Target, K1.Length, recipe.Horizon),
        KlController.Adaptive => AdaptiveKl.NextWithoutBounds(before, MeanSum(recipe.Estimator), recipe.Target, K1.Length, recipe.Horizon),
        _ => before,
    };

    /// <summary>The event that says so.</summary>
    public KlMeasured ToEvent(int step, string? set, KlEstimator estimator, double before, double after, StreamHead? source) => new(
        step, set, new DoubleColumn(K1), new DoubleColumn(K3), K1.Sum() / Tokens, K3.Sum() / Tokens,
        RecipeNames.Of(estimator), before, after, source);
}
