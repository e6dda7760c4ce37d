namespace ActorRlhf.Evaluation.Statistics;

/// <summary>A number that was estimated, with its 95% confidence interval.</summary>
/// <param name="Value">The point estimate.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
public readonly record struct Estimate(double Value, double Low, double High);
