using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Training;
using Akka.Actor;

namespace ActorRlhf.Actors.Reference;

/// <summary>Measure completions under the frozen reference; the reply is <see cref="ReferenceMeasured"/>.</summary>
/// <param name="Reference">The reference; never changed.</param>
/// <param name="Sequences">Prompts and completions.</param>
/// <param name="Temperature">As in the rollout.</param>
public sealed record MeasureReference(ModelWeights Reference, IReadOnlyList<TokenSequence> Sequences, double Temperature);

/// <summary>Log-probs under the reference.</summary>
/// <param name="LogProbs">(B)(T) nats.</param>
public sealed record ReferenceMeasured(IReadOnlyList<float[]> LogProbs);

/// <summary>
/// Owns the frozen reference model. Supervised by its run, persists nothing: every request brings the weights it is for, so a
/// restart loses nothing.
/// </summary>
public class ReferenceActor : ComputeActor
{
    readonly CpuScorer _scorer;
    ModelWeights? _loaded;

    /// <param name="workers">Where the work runs.</param>
    public ReferenceActor(ComputeWorkers workers)
    {
        _scorer = new CpuScorer(workers);
        Receive<MeasureReference>(OnMeasure);
    }

    /// <summary>How to create one.</summary>
    public static Props Props(ComputeWorkers workers) => Akka.Actor.Props.Create(() => new ReferenceActor(workers)).WithDispatcher(Dispatcher);

    /// <inheritdoc/>
    protected override void PostStop() => _scorer.Dispose();

    void OnMeasure(MeasureReference message)
    {
        if (!ReferenceEquals(_loaded, message.Reference)) _scorer.Load(message.Reference);
        _loaded = message.Reference;
        Sender.Tell(new ReferenceMeasured(_scorer.LogProbs(message.Sequences, message.Temperature)));
    }
}
