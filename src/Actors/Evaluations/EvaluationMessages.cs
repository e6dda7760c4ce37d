using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Runs;
using ActorRlhf.Actors.Runs.Stages;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Llama;

namespace ActorRlhf.Actors.Evaluations;

/// <summary>Sample the held-out prompts from a policy, score them, and let every evaluator judge them; the reply is <see cref="HeldoutEvaluated"/>. A step that was evaluated before is answered at once.</summary>
/// <param name="Policy">The policy after a step.</param>
/// <param name="Reference">The reference.</param>
/// <param name="Members">The reward models.</param>
/// <param name="Source">The point of the training stream that is looked at.</param>
/// <param name="Workers">Who samples and scores.</param>
public sealed record EvaluateHeldout(PolicyCursor Policy, ModelWeights Reference, IReadOnlyList<ModelWeights> Members, StreamHead Source, RunChildren Workers);

/// <summary>A held-out evaluation is stored.</summary>
/// <param name="Step">Steps behind the policy.</param>
/// <param name="Proxy">Mean aggregated score.</param>
/// <param name="Gold">Mean true utility; null where nobody knows it.</param>
/// <param name="Kl">Mean sequence sum of k1, nats.</param>
/// <param name="Length">Mean tokens.</param>
public sealed record HeldoutEvaluated(int Step, double Proxy, double? Gold, double Kl, double Length);

/// <summary>Judge items; the reply is <see cref="Judged"/>.</summary>
/// <param name="Items">The items.</param>
public sealed record Judge(IReadOnlyList<EvaluationItem> Items);

/// <summary>An evaluator's results.</summary>
/// <param name="Results">In the order of the items.</param>
public sealed record Judged(IReadOnlyList<ItemResult> Results);
