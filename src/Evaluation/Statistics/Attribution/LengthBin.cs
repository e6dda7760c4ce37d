namespace ActorRlhf.Evaluation.Statistics.Attribution;

/// <summary>The completions of about one length.</summary>
/// <param name="From">Their shortest length; −infinity for the first bin.</param>
/// <param name="To">The length below which all are; infinity for the last bin.</param>
/// <param name="Share">Their share of all completions, in [0, 1].</param>
/// <param name="Values">Their values; null where there is no completion.</param>
public sealed record LengthBin(double From, double To, double Share, Summary? Values);
