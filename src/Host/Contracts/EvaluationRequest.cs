using ActorRlhf.Actors.Evaluators;

namespace ActorRlhf.Host.Contracts;

/// <summary>The body of <c>POST /v1/runs/{id}/evaluations</c>.</summary>
/// <param name="Evaluator">Who judges: the id of an evaluator that was brought, or of one of the catalogue.</param>
/// <param name="Steps">Only these steps, <c>A..B</c>; null for all.</param>
/// <param name="Set">A held-out set, <c>heldout</c> for all of them, <c>train</c> or <c>all</c>.</param>
sealed record EvaluationRequest(string Evaluator, string? Steps = null, string Set = BackFillAsked.Heldout);
