using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>What somebody says of an evaluator that is to be brought.</summary>
/// <param name="Source">What it is made of.</param>
/// <param name="Limits">What it may take.</param>
/// <param name="Id">Its id; null for what it calls itself. An expression, and a built-in one with settings, need one.</param>
/// <param name="Version">Its version; null for what it calls itself, and for an expression for the beginning of its hash.</param>
/// <param name="Role">The role of all its metrics; null for <c>development</c>.</param>
public sealed record WantedEvaluator(EvaluatorSource Source, EvaluatorLimits Limits, string? Id, string? Version, MetricRole? Role);
