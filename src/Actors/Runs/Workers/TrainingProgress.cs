namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>How far a stage is; a courtesy to whoever looks on, lost without harm.</summary>
/// <param name="Done">Parts done.</param>
/// <param name="Total">All parts.</param>
/// <param name="Metric">What <paramref name="Value"/> is.</param>
/// <param name="Value">Its last value.</param>
public sealed record TrainingProgress(string Stage, int Done, int Total, string Metric, double Value);
