using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Recipes;

/// <summary>The KL penalty that keeps the policy near the reference, section <c>kl</c>.</summary>
public sealed record KlRecipe
{
    /// <summary>β, penalty a nat and token; the first value where the controller is adaptive, 0 to 1000. Default 0.005.</summary>
    public double Coefficient { get; init; } = 0.005;
    /// <summary>Which estimate is the penalty. Default <c>k1</c>; only runs of earlier versions have <c>k3</c>.</summary>
    public KlEstimator Estimator { get; init; } = KlEstimator.K1;
    /// <summary>Whether the coefficient moves. Default <c>fixed</c>.</summary>
    public KlController Controller { get; init; } = KlController.Fixed;
    /// <summary>Nats a sequence that the adaptive controller aims at, 0 to 1000000; above 0 where it is in force. Default 6.</summary>
    public double Target { get; init; } = 6;
    /// <summary>Episodes over which the adaptive controller corrects, 1 to 1000000000. Default 10000.</summary>
    public int Horizon { get; init; } = 10000;
}
