using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Llama;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Owns the frozen reference model. Every request names the weights it is for.</summary>
/// <param name="weights">Where they are taken.</param>
/// <param name="threads">Where the work runs.</param>
public sealed class ReferenceWorker(WeightsExchange weights, ComputeWorkers threads) : IDisposable
{
    readonly CpuScorer _scorer = new(threads);
    ContentHash? _loaded;

    /// <summary>Measures completions.</summary>
    public ReferenceMeasured Do(MeasureReference work)
    {
        if (_loaded != work.Reference) _scorer.Load(weights.Take(work.Reference, HeadKind.LanguageModel));
        _loaded = work.Reference;
        return new ReferenceMeasured(_scorer.LogProbs(work.Sequences, work.Temperature));
    }

    /// <inheritdoc/>
    public void Dispose() => _scorer.Dispose();
}
