namespace ActorRlhf.Evaluation.Statistics.Attribution;

/// <summary>How much of a difference between two sets of completions goes with their lengths.</summary>
/// <param name="Total">Mean of the second set minus mean of the first.</param>
/// <param name="BetweenLength">The part that comes with the shift of lengths.</param>
/// <param name="WithinLength">The mean difference at equal lengths, standardised to the average of the two length distributions.</param>
/// <remarks>
/// Total = between + within, up to rounding. An association: a phrase that adds words counts as length. The share of length is
/// <paramref name="BetweenLength"/> / <paramref name="Total"/>, and means something only where the interval of the total excludes 0.
/// </remarks>
public sealed record LengthAttribution(double Total, double BetweenLength, double WithinLength);
