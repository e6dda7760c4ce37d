namespace ActorRlhf.Evaluation.Statistics;

/// <summary>A number that was estimated, with how many units it rests on and what its interval is called.</summary>
/// <param name="Value">The point estimate.</param>
/// <param name="Low">Lower end of the interval; null where there is none, or it is unbounded below.</param>
/// <param name="High">Upper end of the interval; null where there is none, or it is unbounded above.</param>
/// <param name="N">Number of units the estimate rests on.</param>
/// <param name="Method">Name of the interval, such as <c>t</c>, <c>wilson</c> or <c>fieller</c>.</param>
public sealed record Measured(double Value, double? Low, double? High, int N, string Method);
