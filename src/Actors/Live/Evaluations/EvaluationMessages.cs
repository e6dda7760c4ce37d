using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Live.Evaluations;

/// <summary>Look for the held-out evaluation after a step; the reply is <see cref="HeldoutFound"/>. To store one, send a <see cref="HeldoutRollout"/>.</summary>
/// <param name="Step">Steps behind the policy.</param>
public sealed record FindHeldout(int Step);

/// <summary>What there is of a held-out evaluation.</summary>
/// <param name="Evaluated">Its figures; null if there is none yet.</param>
public sealed record HeldoutFound(HeldoutEvaluated? Evaluated);

/// <summary>Judge items; the reply is <see cref="Judged"/>.</summary>
public sealed record Judge(IReadOnlyList<EvaluationItem> Items);

/// <summary>An evaluator's results.</summary>
/// <param name="Results">In the order of the items.</param>
public sealed record Judged(IReadOnlyList<ItemResult> Results);
