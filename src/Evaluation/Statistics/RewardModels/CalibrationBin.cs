namespace ActorRlhf.Evaluation.Statistics.RewardModels;

/// <summary>Pairs of which a reward model is about equally sure.</summary>
/// <param name="Count">Number of pairs.</param>
/// <param name="Confidence">Their mean confidence σ(|margin|), in [½, 1].</param>
/// <param name="Accuracy">Share of them with a positive margin, in [0, 1].</param>
public sealed record CalibrationBin(int Count, double Confidence, double Accuracy);
