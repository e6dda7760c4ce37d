namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>One evaluator's metric on one slice in the alarm's ledger.</summary>
/// <param name="Id">Name of the evaluator, metric and slice.</param>
/// <param name="From">Index of the first evaluation that may take part: 0, or the first after the series was injected.</param>
/// <param name="Weight">w: its share of the weight; over all series at most 1.</param>
/// <param name="Part">Its part of S.</param>
/// <param name="Strongest">
/// The pair of evaluations with the highest min(F, G) so far, the earliest of equals; null before the first pair.
/// </param>
public sealed record AlarmSeries(string Id, int From, double Weight, double Part = 0, AlarmPair? Strongest = null);
