using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Judging;

/// <summary>An evaluator as data: who it is, what it must be given, and what it says.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Version">Of its scoring rule.</param>
/// <param name="Hash">SHA-256 of its source or binary.</param>
/// <param name="Needs">What it must be given with each item.</param>
/// <param name="Metrics">What it says of each item.</param>
public sealed record EvaluatorDescription(string Id, string Version, ContentHash Hash, EvaluatorNeeds Needs, IReadOnlyList<Metric> Metrics);
