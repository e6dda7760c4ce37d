using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Models.Data;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Measure completions under the frozen reference.</summary>
/// <param name="Reference">SHA-256 of the reference's weights.</param>
/// <param name="Sequences">Prompts and completions.</param>
/// <param name="Temperature">As in the rollout.</param>
public sealed record MeasureReference(ContentHash Reference, IReadOnlyList<TokenSequence> Sequences, double Temperature)
    : IWork<ReferenceMeasured>;

/// <summary>Log-probs under the reference.</summary>
/// <param name="LogProbs">(B)(T) nats.</param>
public sealed record ReferenceMeasured(IReadOnlyList<float[]> LogProbs);
