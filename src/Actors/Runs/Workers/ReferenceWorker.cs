using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Owns the frozen reference model. Every request brings the weights it is for.</summary>
/// <param name="threads">Where the work runs.</param>
public sealed class ReferenceWorker(ComputeWorkers threads) : IDisposable
{
    readonly CpuScorer _scorer = new(threads);
    ModelWeights? _loaded;

    /// <summary>Measures completions.</summary>
    public ReferenceMeasured Do(MeasureReference work)
    {
        if (!ReferenceEquals(_loaded, work.Reference)) _scorer.Load(work.Reference);
        _loaded = work.Reference;
        return new ReferenceMeasured(_scorer.LogProbs(work.Sequences, work.Temperature));
    }

    /// <inheritdoc/>
    public void Dispose() => _scorer.Dispose();
}
