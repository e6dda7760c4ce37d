using ActorRlhf.Models.Data;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Measure completions under the frozen reference.</summary>
/// <param name="Reference">The reference; never changed.</param>
/// <param name="Sequences">Prompts and completions.</param>
/// <param name="Temperature">As in the rollout.</param>
public sealed record MeasureReference(ModelWeights Reference, IReadOnlyList<TokenSequence> Sequences, double Temperature) : IWork<ReferenceMeasured>;

/// <summary>Log-probs under the reference.</summary>
/// <param name="LogProbs">(B)(T) nats.</param>
public sealed record ReferenceMeasured(IReadOnlyList<float[]> LogProbs);
