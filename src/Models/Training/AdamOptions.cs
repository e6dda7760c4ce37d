namespace ActorRlhf.Models.Training;

/// <summary>Constants of <see cref="Adam"/>.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment; 1e-5 for PPO (N+ details).</param>
/// <param name="WeightDecay">Decoupled weight decay (AdamW); 0 is plain Adam. Norms and biases are not decayed.</param>
public sealed record AdamOptions(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0);
