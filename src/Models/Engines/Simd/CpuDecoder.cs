using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>Samples on the CPU with hand-written kernels: several times the speed of libtorch for small models.</summary>
/// <remarks>
/// A completion has the same bits in every batch, order and number of threads. Rows have
/// their own lengths: no padding is computed, and a row that has ended makes room for the
/// next. Memory is kept from call to call until <see cref="Dispose"/>. One caller at a time.
/// </remarks>
public sealed class CpuDecoder : ISampler
{
    readonly CpuEngine _engine;

    /// <param name="workers">Threads that do the work; not disposed here.</param>
    public CpuDecoder(ComputeWorkers workers) => _engine = new CpuEngine(workers);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public void Load(ModelWeights weights)
    {
        if (weights.Head is not HeadKind.LanguageModel)
            throw new ArgumentException(
                $"the weights have a {weights.Head} head; sampling needs {HeadKind.LanguageModel}", nameof(weights));
        _engine.Load(weights);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public IReadOnlyList<Completion> Generate(IReadOnlyList<SampleRequest> requests, SamplingOptions options)
    {
        var config = _engine.Trunk.Config;
        InputCheck.Sampling(requests, options, config);
        var work = new SampleWork(requests, options, config.MaxPositions);
        _engine.Run(work);
        return work.Completions;
    }

    /// <summary>Frees all memory; a second call does nothing.</summary>
    public void Dispose() => _engine.Dispose();
}
